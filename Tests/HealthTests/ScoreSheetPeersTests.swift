import Testing
import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

/// What the default policy makes of an account's place among its peers.
@Suite struct ScoreSheetPeersTests {
  private let plan = PolicyPlan(.standard)

  private func reading(_ days: [Int]) -> WindowReading {
    NaiveWindows.reading(of: plan.quantities, events(on: days), at: day(70))
  }

  /// By accounts that were active on so many of the last 14 and 56 days, with as many features.
  private func yardsticks(_ active: [Double]) -> [PeerYardstick?] {
    var sketch = QuantileSketch(accuracy: SegmentTally.peersAccuracy)
    for value in active { sketch.add(value) }
    let yardstick = PeerYardstick(.portfolio, sketch, standIns: 0)
    return plan.peerMeasures.map { _ in yardstick }
  }

  @Test("the sentence says above how many of its peers an account is")
  func sentence() throws {
    let account = ScoredAccount(plan)
    account.sheet.use(yardsticks((1...25).map(Double.init)))
    let score = account.look(reading([5, 60, 69]))
    let text = "features in 2 weeks 1, above 2 % of its peers, −"
    #expect(score.summary.contains(text), "\(score.summary)")
    // Two days are above one of 25, and beside one.
    let measure = try #require(score.measures.first { $0.name == "active_days_14d_peers" })
    #expect(measure.peers?.percentile == 6 && measure.expected.map { abs($0 - 13) < 0.14 } == true)
    #expect(measure.subscore == Points(6.0 / 50 * 80))
  }

  @Test("without peers a measure takes nothing from the coverage, and its weight goes to the rest")
  func alone() throws {
    let account = ScoredAccount(plan)
    var without = Policy.standard
    without.measures.removeAll { if case .peers = $0.normalisation { true } else { false } }
    let other = ScoredAccount(PolicyPlan(without))
    let days = Array(0..<70)
    let (a, b) = (
      account.look(reading(days)),
      other.look(
        NaiveWindows.reading(of: other.plan.quantities, events(on: days), at: day(70)))
    )
    // Weights are rounded to a millionth of the greatest, which is another one.
    #expect(abs(a.score!.value - b.score!.value) < 0.001)
    #expect(abs(a.coverage - b.coverage) < 1e-5 && abs(a.confidence - b.confidence) < 1e-5)
    let measure = try #require(a.measures.first { $0.name == "active_days_14d_peers" })
    #expect(measure.value == 14 && measure.subscore == nil && measure.weight == 0)
    account.sheet.use(yardsticks(Array(repeating: 14, count: 20)))
    #expect(account.look(reading(days)).coverage > a.coverage)
  }

  @Test("whoever does nothing is above nobody, however many do nothing, too")
  func nothing() throws {
    let account = ScoredAccount(plan)
    account.sheet.use(yardsticks(Array(repeating: 0, count: 30) + [5, 6]))
    let score = account.look(reading(Array(0..<10)))
    let measure = try #require(score.measures.first { $0.name == "active_days_56d_peers" })
    #expect(measure.value == 0 && measure.peers?.percentile == 0 && measure.subscore == .zero)
  }
}
