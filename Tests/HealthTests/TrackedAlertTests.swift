import Testing
import ThermoclineCore

@testable import ThermoclineHealth

@Suite struct TrackedAlertTests {
  private let timing = AlertTiming(AlertPolicy(fireTicks: 1, clearTicks: 2, coolDown: .days(4)))

  /// One letter a day as in `AlertLifeCycleTests`; gives what is published on each: p pending, f firing, r recovering,
  /// x resolved, in capitals with a control shown, . nothing.
  private func run(_ findings: String, _ control: AlertControl?) -> String {
    var alert = TrackedAlert()
    var said = ""
    for (i, letter) in findings.enumerated() {
      let finding: AlertLifeCycle.Finding =
        letter == "e" ? .evidence : letter == "c" ? .clear : .neither
      guard let step = alert.step(finding, at: day(i), timing, control: { control }) else {
        said += "."
        continue
      }
      let word =
        switch step.state {
        case .pending: "p"
        case .firing: "f"
        case .recovering: "r"
        case .resolved: "x"
        }
      said += step.control == nil ? word : word.uppercased()
    }
    return said
  }

  private func control(
    _ action: AlertControl.Action, _ from: Int, _ expires: Int?
  ) -> AlertControl {
    AlertControl(
      action, reason: "known", author: "ana", from: day(from), expires: expires.map { day($0) })
  }

  @Test("without a control everything is published as the life cycle has it")
  func plain() {
    #expect(run("e-cc-", nil) == "f.rx.")
    #expect(run("ec-cc", nil) == "frfrx")
  }

  @Test("an acknowledgement is shown once it holds, with every change, and ends with its alert")
  func acknowledged() {
    #expect(run("e--cc-----e", control(.acknowledge, 1, nil)) == "fF.RX.....f")
    #expect(run("e----", control(.acknowledge, 1, 3)) == "fF.f.")
    #expect(run("--e--", control(.acknowledge, 1, nil)) == "..f..", "nobody knew of it yet")
  }

  @Test("a snooze withholds all but the end of what was published, and what is left comes after it")
  func snoozed() {
    #expect(run("-e------", control(.snooze, 0, 4)) == "....f...")
    #expect(run("e---cc--", control(.snooze, 2, 7)) == "f.F..X..")
    #expect(run("e--c-c--", control(.snooze, 2, 6)) == "f.F...f.", "relapsed meanwhile")
    #expect(run("-ecc----", control(.snooze, 0, 9)) == "........", "it came and went")
  }

  @Test("an alert that fires under a snooze began when it did")
  func startsAt() {
    var alert = TrackedAlert()
    let snooze = control(.snooze, 0, 5)
    for i in 1..<5 { #expect(alert.step(.evidence, at: day(i), timing) { snooze } == nil) }
    let step = alert.step(.neither, at: day(5), timing) { snooze }
    #expect(step?.state == .firing && step?.action == .fire && step?.startsAt == day(1))
  }
}
