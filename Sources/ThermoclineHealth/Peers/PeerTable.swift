package import ThermoclineCore

/// How all accounts did at a midnight, for each measure judged against peers and each peer group.
package final class PeerTable: Sendable {
  private let groups: [Segment: [PeerYardstick]]
  private let leastAccounts: [Int]

  private init(_ groups: [Segment: [PeerYardstick]], of plan: PolicyPlan) {
    self.groups = groups
    leastAccounts = Self.leastAccounts(plan)
  }

  /// For each measure, the accounts that a group needs.
  private static func leastAccounts(_ plan: PolicyPlan) -> [Int] {
    plan.peerMeasures.map {
      guard case .peers(_, let least) = plan.policy.measures[$0].normalisation else { return 1 }
      return least
    }
  }

  /// `standIns`: partitions counted with an earlier day.
  package init(_ tallies: SegmentTallies, of plan: PolicyPlan, standIns: Int) {
    // The parts may be those of another version of the policy.
    let places = plan.peerMeasures.map {
      tallies.peerMeasures.firstIndex(of: plan.policy.measures[$0].name)
    }
    leastAccounts = Self.leastAccounts(plan)
    var sketches: [Segment: [QuantileSketch]] = [:]
    let empty = QuantileSketch(accuracy: SegmentTally.peersAccuracy)
    for (segment, tally) in tallies.tallies where segment.parent == nil {
      for group in segment.peers {
        var list = sketches[group] ?? places.map { _ in empty }
        for (i, place) in places.enumerated() {
          // In the moment a policy is replaced a part may have fewer.
          if let place, place < tally.peers.count { list[i].merge(tally.peers[place]) }
        }
        sketches[group] = list
      }
    }
    groups = sketches.reduce(into: [:]) { groups, entry in
      groups[entry.key] = entry.value.map {
        PeerYardstick(entry.key, $0, standIns: standIns)
      }
    }
  }

  /// The yardstick of each measure for the accounts of a full segment; nil where all peers together are too few.
  package func yardsticks(for segment: Segment) -> [PeerYardstick?] {
    leastAccounts.indices.map { i in
      for group in segment.peers {
        if let yardstick = groups[group]?[i], yardstick.accounts >= leastAccounts[i] {
          return yardstick
        }
      }
      return nil
    }
  }
}

extension PeerTable {
  package func write(to state: inout StateWriter) {
    state.write(UInt64(groups.count))
    for (group, yardsticks) in groups.sorted(by: { $0.key.name < $1.key.name }) {
      group.write(to: &state)
      state.write(UInt64(yardsticks.count))
      for yardstick in yardsticks {
        state.write(yardstick.standIns)
        yardstick.sketch.sketch.write(to: &state)
      }
    }
  }

  /// Reads what a table of the same policy wrote.
  package convenience init(of plan: PolicyPlan, from state: inout StateReader) throws(StateError) {
    let places = plan.peerMeasures.count
    var groups: [Segment: [PeerYardstick]] = [:]
    for _ in 0..<(try state.count()) {
      let group = try Segment(from: &state)
      var yardsticks: [PeerYardstick] = []
      for _ in 0..<(try state.count()) {
        let standIns = try state.int()
        let sketch = try QuantileSketch(accuracy: SegmentTally.peersAccuracy, from: &state)
        yardsticks.append(PeerYardstick(group, sketch, standIns: standIns))
      }
      guard yardsticks.count == places else {
        throw StateError("peers are of \(yardsticks.count) measures, not \(places)")
      }
      groups[group] = yardsticks
    }
    self.init(groups, of: plan)
  }
}
