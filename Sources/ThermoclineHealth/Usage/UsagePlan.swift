package import ThermoclineCore
internal import ThermoclineWindows

/// How the usage of an account is read off its quantities.
package struct UsagePlan: Sendable {
  /// How far back it looks.
  package static let window = TimeSpan.days(28)
  /// Users and features above which an account's are not looked at one by one.
  package static let entitiesMax = 100_000
  /// Days from a first event to the week in which it is seen who is still there: 1 and 2 weeks, 1 and 2 months. Months of
  /// four weeks, so that the last of these weeks ends while the windows still know a user who came only on the first day.
  static let horizons = [7, 14, 28, 56]
  /// How long a user or feature is known after an event: the longest that windows reach.
  static let memory = PolicyLimits.history
  /// Nothing of an account changes so long after its last event.
  package static let span = TimeSpan.days(28 + 56 + 7)

  /// Days of use whose time for an outcome is over, below which a share of them is chance.
  static let decidedDaysMin = 3

  /// 28 days of a month of revenue, a month being 365 ÷ 12 days.
  static let monthShare = 28.0 * 12 / 365

  let rule: UsageRule
  // Places of quantities.
  let daily: Int
  let weekly: Int
  let monthly: Int
  let userDays: Int
  let successful: Int
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
    successful = at(.distinctUsers, 28, of: .types(rule.outcomes))
    // Not read: it keeps users and features known.
    _ = place(WindowedQuantity(.distinctUsers, length: Self.memory, slide: .days(1)))
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
