import Testing
import ThermoclineCore

@testable import ThermoclineHealth

@Suite struct AlertLifeCycleTests {
  /// One letter a day (e = evidence, c = clear, - = neither), and what is to be done: w wait, F
  /// fire, x withdraw, r recover, L relapse, R resolve, . nothing. Cool-down: four days.
  @Test(arguments: [
    ("e", "F", 1, 3), ("ee-e", "F...", 1, 3), ("ecc", "Fr.", 1, 3), ("eccc", "Fr.R", 1, 3),
    ("eccc", "FrR.", 1, 2), ("ec-ccc", "FrLr.R", 1, 3), ("ecec", "FrLr", 1, 3), ("ec", "FR", 1, 1),
    ("eee", "wF.", 2, 3), ("e-ee", "wxwF", 2, 3), ("eceee", "wxw.F", 3, 3), ("-c", "..", 1, 3),
    ("eceeee", "FR...F", 1, 1), ("ececcce", "FRF", 1, 1),
  ])
  func table(_ findings: String, _ expected: String, _ fireTicks: Int, _ clearTicks: Int) {
    var lifeCycle = AlertLifeCycle()
    var actions = ""
    for (i, letter) in findings.enumerated() where i < expected.count {
      // The last case leaves four days after the resolution before it goes on.
      let date = expected == "FRF" && i == 2 ? 5 : i
      let action = lifeCycle.step(
        letter == "e" ? .evidence : letter == "c" ? .clear : .neither, at: day(date),
        fireTicks: fireTicks, clearTicks: clearTicks, coolDown: .days(4))
      actions += Self.letter(action)
    }
    #expect(actions == expected)
  }

  private static func letter(_ action: AlertLifeCycle.Action) -> String {
    switch action {
    case .nothing: "."
    case .wait: "w"
    case .fire: "F"
    case .withdraw: "x"
    case .recover: "r"
    case .relapse: "L"
    case .resolve: "R"
    }
  }

  @Test func aRelapseKeepsTheBeginning() {
    var lifeCycle = AlertLifeCycle()
    for (i, finding) in [AlertLifeCycle.Finding.evidence, .clear, .evidence].enumerated() {
      _ = lifeCycle.step(
        finding, at: day(i), fireTicks: 1, clearTicks: 3, coolDown: .days(4))
    }
    #expect(lifeCycle.phase == .firing)
    #expect(lifeCycle.since == day(0))
  }
}
