import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// What every partition of a job shares: the policy, the profiles, the board.
package struct HealthModel: Sendable {
  package let plan: PolicyPlan
  let alerts: AlertWriter
  package let windows: WindowPlan
  package let profiles: ProfileBook
  package let board: SegmentBoard
  /// A score is published between two midnights when it moved by this much; 0 publishes every one.
  package let changeMin: Points
  /// An account silent for longer, with nothing left in its windows, is forgotten: its story is told.
  package let forgetAfter: TimeSpan

  package init(
    _ plan: PolicyPlan, profiles: ProfileBook, changeMin: Points = Points(0.5),
    forgetAfter: TimeSpan = .days(400)
  ) throws(WindowPlanError) {
    self.changeMin = changeMin
    self.forgetAfter = forgetAfter
    windows = try WindowPlan(plan.quantities, tallies: plan.tallies)
    self.plan = plan
    alerts = AlertWriter(plan)
    self.profiles = profiles
    board = SegmentBoard()
  }
}
