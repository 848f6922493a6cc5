package import ThermoclineCore

/// Watches over days for events lost on their way: on such a day the middle account, and all accounts
/// together, have far fewer events than on the same weekdays before. One alert tells of it, and no
/// account is blamed.
package struct OutageWatch: Sendable {
  /// What all accounts of a day had under one rule.
  private struct Facts: Sendable {
    /// Median of the day ÷ a seventh of the usual week; nil with too few accounts.
    var median: Double?
    var total: Int64
    var isOutage = false
  }
  private var days: [Int32: [Facts]] = [:]
  /// Rules (or all, see `everything`) whose alert is firing, and since when.
  private var firing: [Int: EventTime] = [:]

  /// Rule number of an outage that is not of one rule only.
  static let everything = -1
  private static let weeksBefore = 8
  private static let weekdaysMin = 3
  /// Events usual on that weekday below which the guard says nothing, and the same of the median: a
  /// weekend on which hardly anybody works has nothing to lose.
  private static let totalMin = 100.0
  private static let medianMin = 0.1
  /// An outage is over when a day has this share of what is usual.
  private static let endLevel = 0.6

  package init() {}

  /// Takes the next day's parts: holds the rules whose events are lost in `ground`, and gives the
  /// changes to publish. A day that comes after a later one (its partition stood still meanwhile) begins and ends no
  /// outage.
  package mutating func settle(
    _ day: EventTime, _ told: [AlertEvidence], _ ground: inout AlertGround
  ) -> [OutageChange] {
    guard let first = told.first, let level = first.outageLevel else { return [] }
    let number = Int32(day.milliseconds / 86_400_000)
    if let newest = days.keys.max(), number <= newest {
      hold(first, number, &ground)
      return []
    }
    days = days.filter { $0.key > number - 64 }
    var facts = first.rules.indices.map { Self.facts(told, $0) }
    let usual = first.rules.indices.map { self.usual(number, rule: $0) }
    for rule in facts.indices {
      if let share = share(facts[rule], usual[rule]) { facts[rule].isOutage = share <= level }
    }
    days[number] = facts
    let isOfAll = hold(first, number, &ground)
    return changes(day, first, facts, usual, isOfAll)
  }

  /// Holds the rules whose events are lost on a day; true when those of all are.
  @discardableResult private func hold(
    _ first: AlertEvidence, _ number: Int32, _ ground: inout AlertGround
  ) -> Bool {
    let lost = days[number]?.map(\.isOutage) ?? first.rules.map { _ in false }
    let isOfAll = zip(first.rules, lost).contains { $0.isOfAll && $1 }
    var mask: UInt64 = 0
    for k in 0..<64 {
      let facts = days[number - Int32(k)] ?? []
      if zip(first.rules, facts).contains(where: { $0.isOfAll && $1.isOutage }) { mask |= 1 << k }
    }
    ground.hold(lost.map { $0 || isOfAll }, outageDays: mask)
    return isOfAll
  }

  private mutating func changes(
    _ day: EventTime, _ first: AlertEvidence, _ facts: [Facts], _ usual: [Usual?],
    _ isOfAll: Bool
  ) -> [OutageChange] {
    var changes: [OutageChange] = []
    for rule in facts.indices {
      let key = first.rules[rule].isOfAll ? Self.everything : rule
      var change = OutageChange(
        rule: key, isOver: false, at: day, startsAt: day, value: Double(facts[rule].total),
        expected: usual[rule]?.total)
      if facts[rule].isOutage, firing[key] == nil {
        // What is missing of one type is part of what is missing of all.
        if isOfAll, key != Self.everything { continue }
        firing[key] = day
        changes.append(change)
      } else if let since = firing[key], isOver(facts[rule], usual[rule]) {
        firing[key] = nil
        change.isOver = true
        change.startsAt = since
        changes.append(change)
      }
    }
    return changes
  }

  private func isOver(_ facts: Facts, _ usual: Usual?) -> Bool {
    guard let share = share(facts, usual) else { return !facts.isOutage && usual == nil }
    return share >= Self.endLevel
  }

  private struct Usual {
    var median: Double
    var total: Double
  }

  /// The same weekdays before, without those on which events were lost.
  private func usual(_ day: Int32, rule: Int) -> Usual? {
    var (medians, totals): ([Double], [Double]) = ([], [])
    for week in 1...Self.weeksBefore {
      guard let facts = days[day - Int32(7 * week)]?[rule], !facts.isOutage,
        let median = facts.median
      else { continue }
      medians.append(median)
      totals.append(Double(facts.total))
    }
    guard medians.count >= Self.weekdaysMin else { return nil }
    let usual = Usual(median: medians.median(), total: totals.median())
    return usual.median >= Self.medianMin && usual.total >= Self.totalMin ? usual : nil
  }

  /// What is there of what is usual; the greater of the two, so that neither one large customer nor many
  /// small ones alone make an outage.
  private func share(_ facts: Facts, _ usual: Usual?) -> Double? {
    guard let usual, let median = facts.median else { return nil }
    return max(median / usual.median, Double(facts.total) / usual.total)
  }

  private static func facts(_ told: [AlertEvidence], _ rule: Int) -> Facts {
    var ratios = told.flatMap { $0.dayRatios[rule].map(Double.init) }
    return Facts(
      median: ratios.count < AlertGround.peersMin ? nil : ratios.median(),
      total: told.reduce(0) { $0 + $1.dayTotals[rule] })
  }
}

/// An outage that began or is over, before it has names.
package struct OutageChange: Sendable, Equatable {
  /// The drop rule whose events are lost; `OutageWatch.everything` for all.
  var rule: Int
  var isOver: Bool
  var at: EventTime
  var startsAt: EventTime
  /// Events of the day, and what the same weekdays before let expect.
  var value: Double
  var expected: Double?
}

extension OutageWatch {
  package func write(to state: inout StateWriter) {
    state.write(UInt64(days.count))
    for (day, facts) in days.sorted(by: { $0.key < $1.key }) {
      state.write(Int64(day))
      state.write(UInt64(facts.count))
      for fact in facts {
        state.write(fact.median)
        state.write(fact.total)
        state.write(fact.isOutage)
      }
    }
    state.write(UInt64(firing.count))
    for (rule, since) in firing.sorted(by: { $0.key < $1.key }) {
      state.write(rule)
      state.write(since)
    }
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    (days, firing) = ([:], [:])
    for _ in 0..<(try state.count()) {
      let day = Int32(truncatingIfNeeded: try state.number())
      var facts: [Facts] = []
      for _ in 0..<(try state.count()) {
        facts.append(
          Facts(
            median: try state.optionalDouble(), total: try state.number(),
            isOutage: try state.flag()))
      }
      days[day] = facts
    }
    for _ in 0..<(try state.count()) {
      let rule = try state.int()
      firing[rule] = try state.time()
    }
  }
}
