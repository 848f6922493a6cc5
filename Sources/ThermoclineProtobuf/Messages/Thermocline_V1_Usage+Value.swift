internal import ThermoclineCodec
internal import ThermoclineCore

extension Thermocline_V1_Usage {
  /// The same usage as a message.
  init(_ usage: AccountUsage) {
    self.init()
    account = usage.account
    at = .init(usage.at)
    policy = usage.policy
    stage = usage.stage
    users = .init(usage.users)
    activeDays = Int64(usage.activeDays)
    events = Int64(usage.events)
    featuresUsed = Int64(usage.features)
    topFeatures = usage.top.map { Feature($0) }
    convertingFeatures = usage.converting.map { Feature($0) }
    funnel = usage.funnel.map { .init($0) }
    retention = usage.retention.map { week in
      var message = Retention()
      message.days = Int64(week.days)
      if let isThere = week.account { message.account = isThere }
      message.users = Int64(week.users)
      message.retained = Int64(week.retained)
      return message
    }
    if let isStalled = usage.isOnboardingStalled { onboardingStalled = isStalled }
    revenue = usage.revenue
    if let amount = usage.cost { cost = amount }
    if let share = usage.costShare { costShare = share }
  }

  /// The usage that the message holds. Account and time must be there.
  func usage() throws(OutputDecodingError) -> AccountUsage {
    guard !account.isEmpty else { throw .badField("account") }
    guard hasAt else { throw .badField("at") }
    var usage = AccountUsage(
      account: account, at: try at.eventTime("at"), policy: policy, stage: stage)
    usage.users = try users.value()
    usage.activeDays = Int(activeDays)
    usage.events = Int(events)
    usage.features = Int(featuresUsed)
    for feature in topFeatures { usage.top.append(try feature.value()) }
    for feature in convertingFeatures { usage.converting.append(try feature.value()) }
    for step in funnel { usage.funnel.append(try step.value()) }
    usage.retention = retention.map {
      AccountUsage.Retention(
        days: Int($0.days), account: $0.hasAccount ? $0.account : nil, users: Int($0.users),
        retained: Int($0.retained))
    }
    if hasOnboardingStalled { usage.isOnboardingStalled = onboardingStalled }
    usage.revenue = try finite(revenue, "revenue")
    if hasCost { usage.cost = try finite(cost, "cost") }
    if hasCostShare { usage.costShare = try finite(costShare, "cost_share") }
    return usage
  }
}

extension Thermocline_V1_Usage.Feature {
  fileprivate init(_ feature: AccountUsage.Feature) {
    self.init()
    name = feature.name
    events = Int64(feature.events)
    days = Int64(feature.days)
    if let share = feature.conversion { conversion = share }
  }

  fileprivate func value() throws(OutputDecodingError) -> AccountUsage.Feature {
    AccountUsage.Feature(
      name: name, events: Int(events), days: Int(days),
      conversion: hasConversion ? try finite(conversion, "conversion") : nil)
  }
}

extension Thermocline_V1_Users {
  /// The same counts as a message.
  init(_ users: UsageUsers) {
    self.init()
    daily = Int64(users.daily)
    weekly = Int64(users.weekly)
    monthly = Int64(users.monthly)
    if let share = users.stickiness { stickiness = share }
    successful = Int64(users.successful)
    if let share = users.conversion { conversion = share }
  }

  /// The counts that the message holds.
  func value() throws(OutputDecodingError) -> UsageUsers {
    var users = UsageUsers()
    users.daily = Int(daily)
    users.weekly = Int(weekly)
    users.monthly = Int(monthly)
    if hasStickiness { users.stickiness = try finite(stickiness, "stickiness") }
    users.successful = Int(successful)
    if hasConversion { users.conversion = try finite(conversion, "conversion") }
    return users
  }
}

extension Thermocline_V1_FunnelStep {
  /// The same step as a message.
  init(_ step: AccountUsage.Step) {
    self.init()
    type = step.type
    users = Int64(step.users)
    if let share = step.conversion { conversion = share }
    if let through = step.converted { converted = Int64(through) }
    if let share = step.convertedShare { convertedShare = share }
  }

  /// The step that the message holds.
  func value() throws(OutputDecodingError) -> AccountUsage.Step {
    AccountUsage.Step(
      type: type, users: Int(users),
      conversion: hasConversion ? try finite(conversion, "conversion") : nil,
      converted: hasConverted ? Int(converted) : nil,
      convertedShare: hasConvertedShare ? try finite(convertedShare, "converted_share") : nil)
  }
}
