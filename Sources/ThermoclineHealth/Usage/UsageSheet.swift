package import ThermoclineCore
package import ThermoclineWindows

/// Works out the usage of one account after the other, at their midnights in order.
package struct UsageSheet: ~Copyable, Sendable {
  let plan: UsagePlan
  private let policyName: String
  // Of the account that is being looked at: events and days of each feature, and its days with time for an outcome.
  var ranks = Slab<Rank>()

  struct Rank: BitwiseCopyable {
    var events = 0
    var days = 0
    var decided = 0
    var converted = 0

    /// Whether there are enough days to tell how often an outcome follows.
    var isTelling: Bool { decided >= UsagePlan.decidedDaysMin }

    /// Of those whose days an outcome follows as often, the one with more such days converts more.
    func convertsMore(than other: Rank) -> Bool {
      let (mine, others) = (converted * other.decided, other.converted * decided)
      return mine == others ? decided > other.decided : mine > others
    }
  }

  package init?(_ plan: PolicyPlan) {
    guard let usage = plan.usage else { return nil }
    self.plan = usage
    policyName = plan.policy.identifier
  }

  /// What an account's windows come to at a midnight, and what is remembered of it for the next.
  ///
  /// - Parameters:
  ///   - users, features: those of the last 28 days.
  ///   - through: users of each step of the funnel and of all before it; nil = not known.
  ///   - name: the name of a feature by number.
  package mutating func usage(
    of account: UInt32, named accountName: String, _ reading: borrowing WindowReading,
    users: borrowing EntityDays, features: borrowing EntityDays, through: [Int]?, stage: String,
    revenue: Double, _ table: inout UsageTable, featureName: (UInt32) -> String
  ) -> AccountUsage {
    let today = Int32(reading.at.milliseconds / TimeSpan.days(1).milliseconds)
    var usage = AccountUsage(
      account: accountName, at: reading.at, policy: policyName, stage: stage)
    remember(account, today, reading, users, &table)
    fill(&usage, reading, through)
    usage.revenue = revenue
    usage.retention = retention(account, table)
    rank(features, today, table.rows[account].outcomes)
    usage.top = ranking(
      features, featureName, where: { _ in true }, by: { $0.events > $1.events })
    usage.converting = ranking(
      features, featureName, where: \.isTelling, by: { $0.convertsMore(than: $1) })
    let first = Int32(reading.firstEvent.milliseconds / TimeSpan.days(1).milliseconds)
    if stage == AccountStage.onboarding.rawValue, today - first > 7 {
      let isGrowing =
        reading.values[plan.activeWeek] > reading.values[plan.activeWeekBefore]
        || newcomers(users, since: today - 7) > 0 || newcomers(features, since: today - 7) > 0
      usage.isOnboardingStalled = !isGrowing
    }
    if !plan.costs.isEmpty {
      let cost = zip(plan.rule.costs, plan.costs).reduce(0.0) {
        $0 + $1.0.cost * Double(reading.values[$1.1])
      }
      usage.cost = cost
      if revenue > 0 { usage.costShare = cost / (revenue * UsagePlan.monthShare) }
    }
    return usage
  }

  private func fill(
    _ usage: inout AccountUsage, _ reading: borrowing WindowReading, _ through: [Int]?
  ) {
    usage.users.daily = Int(reading.values[plan.daily])
    usage.users.weekly = Int(reading.values[plan.weekly])
    usage.users.monthly = Int(reading.values[plan.monthly])
    usage.users.successful = Int(reading.values[plan.successful])
    usage.users.fill(userDays: Int(reading.values[plan.userDays]))
    usage.activeDays = Int(reading.values[plan.activeDays])
    usage.features = Int(reading.values[plan.features])
    usage.events = Int(reading.values[plan.events])
    usage.funnel = FunnelSteps.steps(
      plan.rule.funnel, users: plan.funnel.map { Int(reading.values[$0]) }, through: through)
  }

  private func newcomers(_ days: borrowing EntityDays, since day: Int32) -> Int {
    (0..<days.entities.count).count { days.entities[$0].first >= day }
  }

  /// The same account's part of its segment's figures: call it next, with what the usage was made of.
  package func tally(
    of usage: AccountUsage, _ account: UInt32, _ reading: borrowing WindowReading,
    features: borrowing EntityDays, _ table: borrowing UsageTable, featureName: (UInt32) -> String
  ) -> UsageTally {
    var tally = UsageTally(usage, userDays: Int(reading.values[plan.userDays]))
    let today = Int32(reading.at.milliseconds / TimeSpan.days(1).milliseconds)
    tally.cohorts = startWeeks(account, at: today, table)
    for i in 0..<ranks.count {
      let rank = ranks[i]
      tally.add(
        featureName(features.entities[i].number),
        UsageTally.Feature(
          accounts: 1, events: rank.events, days: rank.days, decided: rank.decided,
          converted: rank.converted))
    }
    return tally
  }

  // MARK: features

  private mutating func rank(_ days: borrowing EntityDays, _ today: Int32, _ outcomes: UInt64) {
    ranks.removeAll()
    ranks.append(repeating: Rank(), count: days.entities.count)
    let span = Int32(plan.rule.outcomeDays)
    for i in 0..<days.items.count {
      let item = days.items[i]
      ranks[item.place].events += Int(item.events)
      ranks[item.place].days += 1
      // Bit 0 of the outcomes is yesterday; the days from the use on are the bits from its own down.
      let age = today - 1 - item.day
      guard age >= span - 1 else { continue }
      let wanted = ((UInt64(1) << UInt64(span)) - 1) << UInt64(age - span + 1)
      ranks[item.place].decided += 1
      if outcomes & wanted != 0 { ranks[item.place].converted += 1 }
    }
  }

  /// The first features of those that take part; of as good ones, in the order of their names.
  private func ranking(
    _ days: borrowing EntityDays, _ name: (UInt32) -> String, where takesPart: (Rank) -> Bool,
    by goesBefore: (Rank, Rank) -> Bool
  ) -> [AccountUsage.Feature] {
    let most = plan.rule.topFeatures
    let places = (0..<ranks.count).filter { takesPart(ranks[$0]) }
      .sorted { goesBefore(ranks[$0], ranks[$1]) }
    guard most > 0, let last = places.prefix(most).last else { return [] }
    // Names are looked up of those only that are no worse than the last one.
    var found: [(rank: Rank, name: String)] = []
    for place in places {
      if goesBefore(ranks[last], ranks[place]) { break }
      found.append((ranks[place], name(days.entities[place].number)))
    }
    found.sort { a, b in
      if goesBefore(a.rank, b.rank) { return true }
      return !goesBefore(b.rank, a.rank) && a.name < b.name
    }
    return found.prefix(most).map { item in
      let rank = item.rank
      var feature = AccountUsage.Feature(
        name: item.name, events: rank.events, days: rank.days, conversion: nil)
      if rank.decided > 0 { feature.conversion = Double(rank.converted) / Double(rank.decided) }
      return feature
    }
  }
}

extension UsageUsers {
  /// Works out the shares, the different users having been there on so many days of the last 28, each one's added up.
  mutating func fill(userDays: Int) {
    guard monthly > 0 else { return }
    stickiness = Double(userDays) / 28 / Double(monthly)
    conversion = Double(successful) / Double(monthly)
  }
}
