import Testing
import ThermoclineCore
import ThermoclineHealth

@Suite struct PolicyPlanSuccessorTests {
  /// The standard policy in another version, with measures of these numbers judged against peers.
  private func policy(version: Int, peers: [Int]) -> Policy {
    var policy = Policy.standard
    policy.version = version
    for index in peers {
      policy.measures[index].normalisation = .peers(
        ControlPoints([(0, 0), (100, 100)]), accountsMin: 5)
    }
    return policy
  }

  /// Numbers of measures that keep what they need from the windows when they are judged against peers.
  private var candidates: [Int] {
    Policy.standard.measures.indices.filter {
      if case .target = Policy.standard.measures[$0].normalisation { true } else { false }
    }
  }

  @Test(
    "measures judged against peers may neither come nor go nor change places while the job runs")
  func otherPeers() throws {
    let (first, second) = (candidates[0], candidates[1])
    let none = PolicyPlan(policy(version: 1, peers: []))
    let one = PolicyPlan(policy(version: 1, peers: [first]))
    for (running, peers) in [(none, [first]), (one, []), (one, [second]), (one, [first, second])] {
      #expect(throws: SuccessionObstacle.otherPeers) {
        try running.successor(policy(version: 2, peers: peers))
      }
    }
    _ = try one.successor(policy(version: 2, peers: [first]))
    #expect("\(SuccessionObstacle.otherPeers)".contains("restart the job"))
  }

  @Test("the same measures at other places of the policy go on, in another order they do not")
  func otherPlaces() throws {
    let running = PolicyPlan(policy(version: 1, peers: [candidates[0], candidates[1]]))
    var next = policy(version: 2, peers: [candidates[0], candidates[1]])
    next.measures.swapAt(candidates[1], candidates[2])
    _ = try running.successor(next)
    next.measures.swapAt(candidates[0], candidates[2])
    #expect(throws: SuccessionObstacle.otherPeers) { try running.successor(next) }
  }
}
