import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// What every partition of a job shares: the policy, the profiles, the board.
package struct HealthModel: Sendable {
  package private(set) var plan: PolicyPlan
  private(set) var alerts: AlertWriter
  package let windows: WindowPlan
  package let profiles: ProfileBook
  /// What people say of scores.
  package let overrides: OverrideBook
  /// What people say of alerts, by fingerprint.
  package let controls: ControlBook
  /// What the plan is replaced by while the job runs.
  package let policies = PolicyBook()
  package let board: SegmentBoard
  /// How the job's instances tell each other of days; nil where each keeps to its own partitions.
  package let exchange: SegmentExchange?
  /// A score is published between two midnights when it moved by this much; 0 publishes every one.
  package let changeMin: Points
  /// An account silent for longer, with nothing left in its windows, is forgotten: its story is told.
  package let forgetAfter: TimeSpan

  package init(
    _ plan: PolicyPlan, profiles: ProfileBook, changeMin: Points = Points(0.5),
    forgetAfter: TimeSpan = .days(400), overrides: OverrideBook = OverrideBook(),
    controls: ControlBook = ControlBook(), exchange: SegmentExchange? = nil
  ) throws(WindowPlanError) {
    self.changeMin = changeMin
    self.forgetAfter = forgetAfter
    windows = try WindowPlan(plan.quantities, tallies: plan.tallies)
    self.plan = plan
    alerts = AlertWriter(plan)
    self.profiles = profiles
    self.overrides = overrides
    self.controls = controls
    self.exchange = exchange
    board = SegmentBoard(sharedBy: exchange?.keys.count)
  }

  /// Judges by another plan from here on, one on the same windows.
  mutating func take(_ plan: PolicyPlan) {
    precondition(plan.quantities == self.plan.quantities, "a plan on other windows")
    self.plan = plan
    alerts = AlertWriter(plan)
  }
}
