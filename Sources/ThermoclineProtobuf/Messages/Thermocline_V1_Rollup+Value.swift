internal import ThermoclineCodec
internal import ThermoclineCore

extension Thermocline_V1_Rollup {
  /// The same figures as a message.
  init(_ rollup: HealthRollup) {
    self.init()
    segment = rollup.segment
    at = .init(rollup.at)
    policy = rollup.policy
    accounts = Int64(rollup.accounts)
    scored = Int64(rollup.scored)
    bands = rollup.bands.map { .init($0) }
    overridden = rollup.overridden.map { .init($0) }
    effectiveBands = rollup.effectiveBands.map { .init($0) }
    quadrants = rollup.quadrants.map { .init($0) }
    if let points = rollup.mean { meanTenThousandths = points.tenThousandths }
    if let points = rollup.p10 { p10TenThousandths = points.tenThousandths }
    if let points = rollup.p50 { p50TenThousandths = points.tenThousandths }
    if let points = rollup.p90 { p90TenThousandths = points.tenThousandths }
    revenueHundredths = rollup.revenue
    revenueAtRiskHundredths = rollup.revenueAtRisk
    if let share = rollup.redShare { redShare = share }
    if let slope = rollup.redTrend { redTrend = slope }
    if let known = rollup.usage { usage = .init(known) }
    if let health = rollup.parent {
      parent.rule = health.rule
      if let points = health.score { parent.scoreTenThousandths = points.tenThousandths }
      if let name = health.band { parent.band = name }
    }
  }

  /// The figures that the message holds. Segment and time must be there.
  func rollup() throws(OutputDecodingError) -> HealthRollup {
    guard !segment.isEmpty else { throw .badField("segment") }
    guard hasAt else { throw .badField("at") }
    var rollup = HealthRollup(segment: segment, at: try at.eventTime("at"), policy: policy)
    rollup.accounts = Int(accounts)
    rollup.scored = Int(scored)
    rollup.bands = bands.map(\.value)
    rollup.overridden = overridden.map(\.value)
    rollup.effectiveBands = effectiveBands.map(\.value)
    rollup.quadrants = quadrants.map(\.value)
    if hasMeanTenThousandths { rollup.mean = Points(tenThousandths: meanTenThousandths) }
    if hasP10TenThousandths { rollup.p10 = Points(tenThousandths: p10TenThousandths) }
    if hasP50TenThousandths { rollup.p50 = Points(tenThousandths: p50TenThousandths) }
    if hasP90TenThousandths { rollup.p90 = Points(tenThousandths: p90TenThousandths) }
    rollup.revenue = revenueHundredths
    rollup.revenueAtRisk = revenueAtRiskHundredths
    if hasRedShare { rollup.redShare = try finite(redShare, "red_share") }
    if hasRedTrend { rollup.redTrend = try finite(redTrend, "red_trend") }
    if hasUsage { rollup.usage = try usage.value() }
    if hasParent {
      rollup.parent = ParentHealth(
        rule: parent.rule,
        score: parent.hasScoreTenThousandths
          ? Points(tenThousandths: parent.scoreTenThousandths) : nil,
        band: parent.hasBand ? parent.band : nil)
    }
    return rollup
  }
}

extension Thermocline_V1_NamedCount {
  fileprivate init(_ count: NamedCount) {
    self.init()
    name = count.name
    self.count = Int64(count.count)
  }

  fileprivate var value: NamedCount { NamedCount(name: name, count: Int(count)) }
}

extension Thermocline_V1_SegmentUsage {
  fileprivate init(_ usage: SegmentUsage) {
    self.init()
    accounts = Int64(usage.accounts)
    users = .init(usage.users)
    events = Int64(usage.events)
    featuresUsed = Int64(usage.features)
    topFeatures = usage.top.map { Feature($0) }
    convertingFeatures = usage.converting.map { Feature($0) }
    funnel = usage.funnel.map { .init($0) }
    retention = usage.retention.map { week in
      var message = Retention()
      message.days = Int64(week.days)
      message.accounts = Int64(week.accounts)
      message.accountsRetained = Int64(week.accountsRetained)
      message.users = Int64(week.users)
      message.usersRetained = Int64(week.usersRetained)
      return message
    }
    cohorts = usage.cohorts.map { .init($0) }
    onboarding = Int64(usage.onboarding)
    onboardingStalled = Int64(usage.stalled)
    if let amount = usage.cost { costHundredths = amount }
    if let share = usage.costShare { costShare = share }
  }

  fileprivate func value() throws(OutputDecodingError) -> SegmentUsage {
    var usage = SegmentUsage()
    usage.accounts = Int(accounts)
    usage.users = try users.value()
    usage.events = Int(events)
    usage.features = Int(featuresUsed)
    for feature in topFeatures { usage.top.append(try feature.value()) }
    for feature in convertingFeatures { usage.converting.append(try feature.value()) }
    for step in funnel { usage.funnel.append(try step.value()) }
    usage.retention = retention.map {
      SegmentUsage.Retention(
        days: Int($0.days), accounts: Int($0.accounts),
        accountsRetained: Int($0.accountsRetained), users: Int($0.users),
        usersRetained: Int($0.usersRetained))
    }
    for cohort in cohorts { usage.cohorts.append(try cohort.value()) }
    usage.onboarding = Int(onboarding)
    usage.stalled = Int(onboardingStalled)
    if hasCostHundredths { usage.cost = costHundredths }
    if hasCostShare { usage.costShare = try finite(costShare, "cost_share") }
    return usage
  }
}

extension Thermocline_V1_SegmentUsage.Feature {
  fileprivate init(_ feature: SegmentUsage.Feature) {
    self.init()
    name = feature.name
    accounts = Int64(feature.accounts)
    events = Int64(feature.events)
    days = Int64(feature.days)
    if let share = feature.conversion { conversion = share }
  }

  fileprivate func value() throws(OutputDecodingError) -> SegmentUsage.Feature {
    SegmentUsage.Feature(
      name: name, accounts: Int(accounts), events: Int(events), days: Int(days),
      conversion: hasConversion ? try finite(conversion, "conversion") : nil)
  }
}

extension Thermocline_V1_SegmentUsage.Cohort {
  fileprivate init(_ cohort: SegmentUsage.Cohort) {
    self.init()
    from = .init(cohort.from)
    users = Int64(cohort.users)
    retention = cohort.retention.map { part in
      var message = Part()
      message.days = Int64(part.days)
      message.users = Int64(part.users)
      message.retained = Int64(part.retained)
      return message
    }
  }

  fileprivate func value() throws(OutputDecodingError) -> SegmentUsage.Cohort {
    SegmentUsage.Cohort(
      from: try from.eventTime("from"), users: Int(users),
      retention: retention.map {
        SegmentUsage.Cohort.Part(
          days: Int($0.days), users: Int($0.users), retained: Int($0.retained))
      })
  }
}
