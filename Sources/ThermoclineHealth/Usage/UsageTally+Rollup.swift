package import ThermoclineCore

extension UsageTally {
  /// The figures of a roll-up.
  package func rollup(_ rule: UsageRule) -> SegmentUsage {
    var usage = SegmentUsage()
    usage.accounts = accounts
    usage.users = users
    usage.users.fill(userDays: userDays)
    usage.events = events
    var before: Int?
    for (type, users) in zip(rule.funnel, funnel) {
      let conversion = before.flatMap { share(users, of: $0) }
      usage.funnel.append(AccountUsage.Step(type: type, users: users, conversion: conversion))
      before = users
    }
    usage.retention = zip(UsagePlan.horizons, retention).map { days, part in
      SegmentUsage.Retention(
        days: days, accounts: part.accounts, accountsRetained: part.accountsRetained,
        users: part.users, usersRetained: part.usersRetained)
    }
    (usage.onboarding, usage.stalled) = (onboarding, stalled)
    if !rule.costs.isEmpty {
      usage.cost = cost
      if revenue > 0 { usage.costShare = Double(cost) / (Double(revenue) * UsagePlan.monthShare) }
    }
    let ranked = ranked
    usage.features = ranked.count
    usage.top = Array(
      ranked.map { name, feature in
        SegmentUsage.Feature(
          name: name, accounts: feature.accounts, events: feature.events, days: feature.days,
          conversion: share(feature.converted, of: feature.decided))
      }.sorted { ($1.events, $0.name) < ($0.events, $1.name) }.prefix(rule.topFeatures))
    return usage
  }

  private func share(_ part: Int, of whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }
}
