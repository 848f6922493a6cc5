package import ThermoclineCore

extension UsageTally {
  /// The figures of a roll-up at a midnight.
  package func rollup(_ rule: UsageRule, at time: EventTime) -> SegmentUsage {
    var usage = SegmentUsage()
    usage.accounts = accounts
    usage.users = users
    usage.users.fill(userDays: userDays)
    usage.events = events
    usage.funnel = FunnelSteps.steps(
      rule.funnel, users: funnel, through: through.count < funnel.count ? nil : through)
    usage.retention = zip(UsagePlan.horizons, retention).map { days, part in
      SegmentUsage.Retention(
        days: days, accounts: part.accounts, accountsRetained: part.accountsRetained,
        users: part.users, usersRetained: part.usersRetained)
    }
    usage.cohorts = startWeeks(at: time)
    (usage.onboarding, usage.stalled) = (onboarding, stalled)
    if !rule.costs.isEmpty {
      usage.cost = cost
      if revenue > 0 { usage.costShare = Double(cost) / (Double(revenue) * UsagePlan.monthShare) }
    }
    let ranked = ranked
    usage.features = ranked.count
    let byUse = ranked.sorted { ($1.feature.events, $0.name) < ($0.feature.events, $1.name) }
    let byConversion = ranked.filter { $0.feature.rank.isTelling }.sorted { a, b in
      let (one, other) = (a.feature.rank, b.feature.rank)
      if one.convertsMore(than: other) { return true }
      return !other.convertsMore(than: one) && a.name < b.name
    }
    usage.top = byUse.prefix(rule.topFeatures).map { figures($0.name, $0.feature) }
    usage.converting = byConversion.prefix(rule.topFeatures).map { figures($0.name, $0.feature) }
    return usage
  }

  /// A partition that stands still tells of weeks that are not published any more.
  private func startWeeks(at time: EventTime) -> [SegmentUsage.Cohort] {
    let today = Int32(time.milliseconds / TimeSpan.days(1).milliseconds)
    return StartWeek.published(at: today).compactMap { week in
      guard let cohort = cohorts[week] else { return nil }
      let start = EventTime(
        milliseconds: Int64(StartWeek.start(week)) * TimeSpan.days(1).milliseconds)
      let parts = UsagePlan.horizons.indices.filter { cohort.decided[$0] > 0 }.map {
        SegmentUsage.Cohort.Part(
          days: UsagePlan.horizons[$0], users: cohort.decided[$0], retained: cohort.retained[$0])
      }
      return SegmentUsage.Cohort(from: start, users: cohort.users, retention: parts)
    }
  }

  private func figures(_ name: String, _ feature: Feature) -> SegmentUsage.Feature {
    SegmentUsage.Feature(
      name: name, accounts: feature.accounts, events: feature.events, days: feature.days,
      conversion: share(feature.converted, of: feature.decided))
  }

  private func share(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }
}

extension UsageTally.Feature {
  /// What of it counts in a ranking.
  fileprivate var rank: UsageSheet.Rank {
    UsageSheet.Rank(events: events, days: days, decided: decided, converted: converted)
  }
}
