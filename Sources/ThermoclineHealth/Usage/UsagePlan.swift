package import ThermoclineCore
internal import ThermoclineWindows

/// How the usage of an account is read off its quantities.
package struct UsagePlan: Sendable {
  /// How far back it looks.
  package static let window = TimeSpan.days(28)
  /// Users and features above which an account's are not looked at one by one.
  package static let entitiesMax = 100_000
  /// Days from a first event to the week in which it is seen who is still there: 1 and 2 weeks, 1 and 2 months.
  static let horizons = [7, 14, 30, 60]
  /// Nothing of an account changes so long after its last event.
  package static let span = TimeSpan.days(28 + 60 + 7)

  let rule: UsageRule
  // Places of quantities.
  let daily: Int
  let weekly: Int
  let monthly: Int
  let userDays: Int
  let activeDays: Int
  let activeWeek: Int
  let activeWeekBefore: Int
  let features: Int
  let events: Int
  let outcomesToday: Int
  let funnel: [Int]
  let costs: [Int]

  init(_ rule: UsageRule, _ place: (WindowedQuantity) -> Int) {
    func at(
      _ aggregate: Aggregate, _ days: Int64, of filter: EventFilter = .any, shift: Int64 = 0
    ) -> Int {
      place(
        WindowedQuantity(
          aggregate, of: filter, length: .days(days), slide: .days(1), shift: .days(shift)))
    }
    self.rule = rule
    daily = at(.distinctUsers, 1)
    weekly = at(.distinctUsers, 7)
    monthly = at(.distinctUsers, 28)
    userDays = at(.userPanes, 28)
    activeDays = at(.activePanes, 28)
    activeWeek = at(.activePanes, 7)
    activeWeekBefore = at(.activePanes, 7, shift: 7)
    features = at(.distinctFeatures, 28)
    events = at(.count, 28)
    outcomesToday = at(.count, 1, of: .types(rule.outcomes))
    funnel = rule.funnel.map { at(.distinctUsers, 28, of: .types([$0])) }
    costs = rule.costs.map { at(.count, 28, of: .types([$0.type])) }
  }
}
