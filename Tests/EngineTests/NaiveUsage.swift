import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit

/// The reference of an account's usage: keeps every event and goes by the definitions, slowly. Days are counted since 1970.
struct NaiveUsage {
  var events: [TestEvent]
  var rule: UsageRule
  var policy: String
  var revenue: Double
  /// Days without an event after which a user or feature is new again.
  var memory = 63

  private func day(_ event: TestEvent) -> Int { Int(event.time / 86_400_000) }

  func usage(_ account: String, today: Int) -> AccountUsage {
    let mine = events.filter { $0.account == account && day($0) < today }
    let at = EventTime(milliseconds: Int64(today) * 86_400_000)
    let first = EventTime(milliseconds: mine.map(\.time).min()!)
    let stage = StageRule().stage(start: nil, end: nil, firstEvent: first, at: at)
    var usage = AccountUsage(account: account, at: at, policy: policy, stage: stage.rawValue)
    func last(_ days: Int) -> [TestEvent] { mine.filter { day($0) >= today - days } }
    func users(_ events: [TestEvent]) -> Set<String> { Set(events.map(\.user)).subtracting([""]) }
    usage.users.daily = users(last(1)).count
    usage.users.weekly = users(last(7)).count
    usage.users.monthly = users(last(28)).count
    let userDays = Set(last(28).filter { $0.user != "" }.map { "\(day($0)) \($0.user)" }).count
    usage.users.successful = users(last(28).filter { rule.outcomes.contains($0.type) }).count
    if usage.users.monthly > 0 {
      usage.users.stickiness = Double(userDays) / 28 / Double(usage.users.monthly)
      usage.users.conversion = Double(usage.users.successful) / Double(usage.users.monthly)
    }
    usage.activeDays = Set(last(28).map(day)).count
    usage.events = last(28).count
    fillFeatures(&usage, last(28), mine, today)
    var before: Int?
    var through: Set<String>?
    for type in rule.funnel {
      let here = users(last(28).filter { $0.type == type })
      let count = here.count
      var step = AccountUsage.Step(
        type: type, users: count,
        conversion: before.map { $0 == 0 ? nil : Double(count) / Double($0) } ?? nil)
      let all = through.map { $0.intersection(here) } ?? here
      step.converted = all.count
      if let through, !through.isEmpty {
        step.convertedShare = Double(all.count) / Double(through.count)
      }
      usage.funnel.append(step)
      before = count
      through = all
    }
    usage.retention = [7, 14, 28, 56].map { retention($0, mine, today) }
    let firstDay = Int(first.milliseconds / 86_400_000)
    if stage == .onboarding, today - firstDay > 7 {
      let week = Set(last(7).map(day)).count
      let weekBefore = Set(last(14).map(day)).count - week
      let hasNew = { (name: (TestEvent) -> String) in
        Set(last(28).map(name)).subtracting([""]).contains {
          self.firstDay(of: $0, by: name, mine) >= today - 7
        }
      }
      usage.isOnboardingStalled = week <= weekBefore && !hasNew { $0.user } && !hasNew(feature)
    }
    usage.revenue = revenue
    if !rule.costs.isEmpty {
      let cost = rule.costs.reduce(0.0) { sum, cost in
        sum + cost.cost * Double(last(28).count { $0.type == cost.type })
      }
      usage.cost = cost
      if revenue > 0 { usage.costShare = cost / (revenue * (28.0 * 12 / 365)) }
    }
    return usage
  }

  private func feature(_ event: TestEvent) -> String {
    event.feature.isEmpty ? event.type : event.feature
  }

  private func fillFeatures(
    _ usage: inout AccountUsage, _ month: [TestEvent], _ all: [TestEvent], _ today: Int
  ) {
    let used = features(month, all, today)
    usage.features = used.count
    let ranked = used.map { name, use in
      AccountUsage.Feature(
        name: name, events: use.events, days: use.days,
        conversion: use.decided == 0 ? nil : Double(use.converted) / Double(use.decided))
    }
    usage.top = Array(
      ranked.sorted { ($1.events, $0.name) < ($0.events, $1.name) }.prefix(rule.topFeatures))
    let telling = ranked.filter { used[$0.name]!.decided >= 3 }
    let sorted = telling.sorted { a, b in
      if a.conversion != b.conversion { return a.conversion! > b.conversion! }
      let (one, other) = (used[a.name]!.decided, used[b.name]!.decided)
      return one == other ? a.name < b.name : one > other
    }
    usage.converting = Array(sorted.prefix(rule.topFeatures))
  }

  struct FeatureUse {
    var events = 0
    var days = 0
    var decided = 0
    var converted = 0
  }

  /// What each feature came to in the 28 days before.
  func features(_ account: String, today: Int) -> [String: FeatureUse] {
    let mine = events.filter { $0.account == account && day($0) < today }
    return features(mine.filter { day($0) >= today - 28 }, mine, today)
  }

  private func features(
    _ month: [TestEvent], _ all: [TestEvent], _ today: Int
  ) -> [String: FeatureUse] {
    let outcomes = Set(all.filter { rule.outcomes.contains($0.type) }.map(day))
    var used: [String: FeatureUse] = [:]
    for name in Set(month.map(feature)) {
      let days = Set(month.filter { feature($0) == name }.map(day))
      let decided = days.filter { $0 + rule.outcomeDays <= today }
      let converted = decided.filter { use in
        (use..<(use + rule.outcomeDays)).contains { outcomes.contains($0) }
      }
      used[name] = FeatureUse(
        events: month.count { feature($0) == name }, days: days.count, decided: decided.count,
        converted: converted.count)
    }
    return used
  }

  /// The day somebody, or something, was first seen on since it was last unknown, as of the last event.
  private func firstDay(
    of name: String, by key: (TestEvent) -> String, _ events: [TestEvent]
  ) -> Int {
    let days = Set(events.filter { key($0) == name }.map(day)).sorted()
    var first = days[0]
    for (before, after) in zip(days, days.dropFirst()) where after - before > memory {
      first = after
    }
    return first
  }

  /// A user's first days, each the begin of a stay.
  private func starts(of user: String, _ events: [TestEvent]) -> [Int] {
    let days = Set(events.filter { $0.user == user }.map(day)).sorted()
    return days.indices.filter { $0 == 0 || days[$0] - days[$0 - 1] > memory }.map { days[$0] }
  }

  /// Users by the week they came in, of the twelve weeks before the one under way; a horizon once the week's last newcomers
  /// have had their time.
  func cohorts(_ account: String, today: Int) -> [SegmentUsage.Cohort] {
    let mine = events.filter { $0.account == account && day($0) < today }
    var starts: [(user: String, day: Int)] = []
    for user in Set(mine.map(\.user)).subtracting([""]) {
      starts += self.starts(of: user, mine).map { (user, $0) }
    }
    // 2000-01-03 was a Monday.
    let monday = 10_959
    let thisWeek = today - (today - monday) % 7
    return (1...12).reversed().compactMap { back -> SegmentUsage.Cohort? in
      let week = thisWeek - 7 * back
      let came = starts.filter { (week..<week + 7).contains($0.day) }
      if came.isEmpty { return nil }
      var cohort = SegmentUsage.Cohort(
        from: EventTime(milliseconds: Int64(week) * 86_400_000), users: came.count, retention: [])
      for horizon in [7, 14, 28, 56] where week + 6 + horizon + 7 <= today {
        let stayed = came.filter { start in
          let span = start.day + horizon..<start.day + horizon + 7
          let before = mine.filter { day($0) < span.upperBound }
          return self.starts(of: start.user, before).last == start.day
            && before.contains { $0.user == start.user && span.contains(day($0)) }
        }
        cohort.retention.append(
          SegmentUsage.Cohort.Part(days: horizon, users: came.count, retained: stayed.count))
      }
      return cohort
    }
  }

  private func retention(
    _ horizon: Int, _ events: [TestEvent], _ today: Int
  ) -> AccountUsage.Retention {
    let firstDay = events.map(day).min()!
    var retention = AccountUsage.Retention(days: horizon, account: nil, users: 0, retained: 0)
    if firstDay + horizon + 7 <= today {
      let week = (firstDay + horizon)..<(firstDay + horizon + 7)
      retention.account = events.contains { week.contains(day($0)) }
    }
    for user in Set(events.map(\.user)).subtracting([""]) {
      let days = Set(events.filter { $0.user == user }.map(day)).sorted()
      var first = days[0]
      for (i, now) in days.enumerated() {
        if i > 0, now - days[i - 1] > memory { first = now }
        guard first == now, first + horizon + 7 <= today else { continue }
        retention.users += 1
        let week = (first + horizon)..<(first + horizon + 7)
        // As of the end of that week it must be the same stay, not a new one.
        let before = days.filter { $0 < week.upperBound }
        let stay = before.indices.last { $0 == 0 || before[$0] - before[$0 - 1] > memory }!
        if before[stay] == first, before.contains(where: { week.contains($0) }) {
          retention.retained += 1
        }
      }
    }
    return retention
  }
}
