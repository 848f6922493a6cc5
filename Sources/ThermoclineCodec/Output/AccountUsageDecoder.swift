package import ThermoclineCore

/// Reads the JSON of the usage topic.
package enum AccountUsageDecoder {
  /// The usage a message's bytes hold. Account and time must be there; unknown fields are ignored.
  package static func decode(_ bytes: [UInt8]) throws(OutputDecodingError) -> AccountUsage {
    let fields = try JSONFields(bytes)
    var usage = AccountUsage(
      account: try fields.required("account", try fields.string("account")),
      at: try fields.required("at", try fields.time("at")),
      policy: try fields.string("policy") ?? "", stage: try fields.string("stage") ?? "")
    usage.users = try fields.users()
    usage.activeDays = try fields.count("activeDays")
    usage.events = try fields.count("events")
    if let features = try fields.object("features") {
      usage.features = try features.count("used")
      usage.top = try list("top", of: features)
      usage.converting = try list("converting", of: features)
    }
    usage.funnel = try fields.funnel()
    for row in try fields.objects("retention") {
      usage.retention.append(
        AccountUsage.Retention(
          days: try row.count("days"), account: try row.bool("account"),
          users: try row.count("users"), retained: try row.count("retained")))
    }
    usage.isOnboardingStalled = try fields.bool("onboardingStalled")
    usage.revenue = try fields.double("revenue") ?? 0
    usage.cost = try fields.double("cost")
    usage.costShare = try fields.double("costShare")
    return usage
  }

  private static func list(
    _ key: String, of fields: JSONFields
  ) throws(OutputDecodingError) -> [AccountUsage.Feature] {
    var features: [AccountUsage.Feature] = []
    for feature in try fields.objects(key) {
      features.append(
        AccountUsage.Feature(
          name: try feature.required("feature", try feature.string("feature")),
          events: try feature.count("events"), days: try feature.count("days"),
          conversion: try feature.double("conversion")))
    }
    return features
  }
}
