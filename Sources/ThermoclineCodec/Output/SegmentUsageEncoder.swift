internal import ThermoclineCore

/// Writes a segment's usage as a part of its roll-up.
enum SegmentUsageEncoder {
  /// Appends it to the writer as an object.
  static func encode(_ usage: SegmentUsage, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("accounts", usage.accounts)
    writer.field(usage.users)
    writer.field("events", usage.events)
    writer.field(
      features: usage.features, top: usage.top, converting: usage.converting
    ) { feature, writer in
      writer.key("feature")
      writer.value(feature.name)
      writer.field("accounts", feature.accounts)
      writer.field("events", feature.events)
      writer.field("days", feature.days)
      writer.field("conversion", feature.conversion)
    }
    writer.field(funnel: usage.funnel)
    writer.key("retention")
    writer.objects(usage.retention) { retention, writer in
      writer.field("days", retention.days)
      writer.field("accounts", retention.accounts)
      writer.field("accountsRetained", retention.accountsRetained)
      writer.field("users", retention.users)
      writer.field("usersRetained", retention.usersRetained)
    }
    writer.key("cohorts")
    writer.objects(usage.cohorts) { cohort, writer in
      writer.key("from")
      writer.value(cohort.from)
      writer.field("users", cohort.users)
      writer.key("retention")
      writer.objects(cohort.retention) { part, writer in
        writer.field("days", part.days)
        writer.field("users", part.users)
        writer.field("retained", part.retained)
      }
    }
    writer.field("onboarding", usage.onboarding)
    writer.field("onboardingStalled", usage.stalled)
    writer.key("cost")
    if let cost = usage.cost { writer.value(units: cost, places: 2) } else { writer.null() }
    writer.field("costShare", usage.costShare)
    writer.endObject()
  }
}
