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
    writer.field(usage.users)
    writer.field("activeDays", usage.activeDays)
    writer.field("events", usage.events)
    writer.field(
      features: usage.features, top: usage.top, converting: usage.converting
    ) { feature, writer in
      writer.key("feature")
      writer.value(feature.name)
      writer.field("events", feature.events)
      writer.field("days", feature.days)
      writer.field("conversion", feature.conversion)
    }
    writer.field(funnel: usage.funnel)
    writer.key("retention")
    writer.objects(usage.retention) { retention, writer in
      writer.field("days", retention.days)
      writer.key("account")
      if let isThere = retention.account { writer.value(isThere) } else { writer.null() }
      writer.field("users", retention.users)
      writer.field("retained", retention.retained)
    }
    writer.key("onboardingStalled")
    if let isStalled = usage.isOnboardingStalled { writer.value(isStalled) } else { writer.null() }
    writer.field("revenue", usage.revenue)
    writer.field("cost", usage.cost)
    writer.field("costShare", usage.costShare)
    writer.endObject()
    return start
  }
}
