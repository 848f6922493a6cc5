package import ThermoclineCore

/// Writes an account's usage as the JSON of the usage topic.
package enum AccountUsageEncoder {
  /// Appends one as an object; gives the place in the writer's bytes from which on it says more than whose it is and when.
  package static func encode(_ usage: AccountUsage, into writer: inout JSONWriter) -> Int {
    writer.beginObject()
    writer.key("account")
    writer.value(usage.account)
    writer.key("at")
    writer.value(usage.at)
    let start = writer.bytes.count
    writer.key("policy")
    writer.value(usage.policy)
    writer.key("stage")
    writer.value(usage.stage)
    writer.key("users")
    writer.beginObject()
    whole("daily", usage.daily, &writer)
    whole("weekly", usage.weekly, &writer)
    whole("monthly", usage.monthly, &writer)
    number("stickiness", usage.stickiness, &writer)
    writer.endObject()
    whole("activeDays", usage.activeDays, &writer)
    whole("events", usage.events, &writer)
    encodeFeatures(usage, &writer)
    encodeFunnel(usage, &writer)
    encodeRetention(usage, &writer)
    writer.key("onboardingStalled")
    if let isStalled = usage.isOnboardingStalled { writer.value(isStalled) } else { writer.null() }
    number("revenue", usage.revenue, &writer)
    number("cost", usage.cost, &writer)
    number("costShare", usage.costShare, &writer)
    writer.endObject()
    return start
  }

  private static func encodeFeatures(_ usage: AccountUsage, _ writer: inout JSONWriter) {
    writer.key("features")
    writer.beginObject()
    whole("used", usage.features, &writer)
    writer.key("top")
    writer.beginArray()
    for feature in usage.top {
      writer.beginObject()
      writer.key("feature")
      writer.value(feature.name)
      whole("events", feature.events, &writer)
      whole("days", feature.days, &writer)
      number("conversion", feature.conversion, &writer)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  private static func encodeFunnel(_ usage: AccountUsage, _ writer: inout JSONWriter) {
    writer.key("funnel")
    writer.beginArray()
    for step in usage.funnel {
      writer.beginObject()
      writer.key("type")
      writer.value(step.type)
      whole("users", step.users, &writer)
      number("conversion", step.conversion, &writer)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func encodeRetention(_ usage: AccountUsage, _ writer: inout JSONWriter) {
    writer.key("retention")
    writer.beginArray()
    for retention in usage.retention {
      writer.beginObject()
      whole("days", retention.days, &writer)
      writer.key("account")
      if let isThere = retention.account { writer.value(isThere) } else { writer.null() }
      whole("users", retention.users, &writer)
      whole("retained", retention.retained, &writer)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func whole(_ key: StaticString, _ value: Int, _ writer: inout JSONWriter) {
    writer.key(key)
    writer.value(Int64(value))
  }

  private static func number(_ key: StaticString, _ value: Double?, _ writer: inout JSONWriter) {
    writer.key(key)
    writer.readable(value)
  }
}
