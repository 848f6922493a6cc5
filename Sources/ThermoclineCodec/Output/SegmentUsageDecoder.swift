internal import ThermoclineCore

/// Reads a segment's usage as a part of its roll-up.
enum SegmentUsageDecoder {
  /// The usage that an object's members hold; unknown members are ignored.
  static func decode(_ fields: JSONFields) throws(OutputDecodingError) -> SegmentUsage {
    var usage = SegmentUsage()
    usage.accounts = try fields.count("accounts")
    usage.users = try fields.users()
    usage.events = try fields.count("events")
    if let features = try fields.object("features") {
      usage.features = try features.count("used")
      usage.top = try list("top", of: features)
      usage.converting = try list("converting", of: features)
    }
    usage.funnel = try fields.funnel()
    for week in try fields.objects("retention") {
      usage.retention.append(
        SegmentUsage.Retention(
          days: try week.count("days"), accounts: try week.count("accounts"),
          accountsRetained: try week.count("accountsRetained"), users: try week.count("users"),
          usersRetained: try week.count("usersRetained")))
    }
    for cohort in try fields.objects("cohorts") { usage.cohorts.append(try self.cohort(cohort)) }
    usage.onboarding = try fields.count("onboarding")
    usage.stalled = try fields.count("onboardingStalled")
    usage.cost = try fields.hundredths("cost")
    usage.costShare = try fields.double("costShare")
    return usage
  }

  private static func cohort(
    _ fields: JSONFields
  ) throws(OutputDecodingError) -> SegmentUsage.Cohort {
    var cohort = SegmentUsage.Cohort(
      from: try fields.required("from", try fields.time("from")),
      users: try fields.count("users"), retention: [])
    for part in try fields.objects("retention") {
      cohort.retention.append(
        SegmentUsage.Cohort.Part(
          days: try part.count("days"), users: try part.count("users"),
          retained: try part.count("retained")))
    }
    return cohort
  }

  private static func list(
    _ key: String, of fields: JSONFields
  ) throws(OutputDecodingError) -> [SegmentUsage.Feature] {
    var features: [SegmentUsage.Feature] = []
    for feature in try fields.objects(key) {
      features.append(
        SegmentUsage.Feature(
          name: try feature.required("feature", try feature.string("feature")),
          accounts: try feature.count("accounts"), events: try feature.count("events"),
          days: try feature.count("days"), conversion: try feature.double("conversion")))
    }
    return features
  }
}
