/// One account of a backtest: what its profile, its label and its events say. Days are since 1970,
/// UTC.
package struct BacktestAccount: Sendable {
  package var name: String
  /// From which day it can be at risk; nil = from its first event.
  package var joinedDay: Int?
  /// The day its cut-offs are counted from.
  package var originDay: Int
  /// nil = it has not left.
  package var churnDay: Int?
  package var tier: String
  package var industry: String
  package var activity: ActivityHistory

  package init(
    name: String, joinedDay: Int?, originDay: Int, churnDay: Int?, tier: String, industry: String,
    activity: ActivityHistory
  ) {
    self.name = name
    self.joinedDay = joinedDay
    self.originDay = originDay
    self.churnDay = churnDay
    self.tier = tier
    self.industry = industry
    self.activity = activity
  }

  /// Whether it could leave on `day` or later: it has joined, has not left, and was active before.
  package func isAtRisk(on day: Int) -> Bool {
    if let joinedDay, joinedDay >= day { return false }
    if let churnDay, churnDay < day { return false }
    return activity.facts(before: day) != nil
  }
}
