package import ThermoclineCore

/// Writes a segment's figures as the JSON of the roll-up topic.
package enum HealthRollupEncoder {
  /// Appends one roll-up to the writer as an object.
  package static func encode(_ rollup: HealthRollup, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("segment")
    writer.value(rollup.segment)
    writer.key("at")
    writer.value(rollup.at)
    writer.key("policy")
    writer.value(rollup.policy)
    writer.key("accounts")
    writer.value(Int64(rollup.accounts))
    writer.key("scored")
    writer.value(Int64(rollup.scored))
    encode("bands", rollup.bands, into: &writer)
    if !rollup.overridden.isEmpty {
      encode("overridden", rollup.overridden, into: &writer)
      encode("effectiveBands", rollup.effectiveBands, into: &writer)
    }
    encode("quadrants", rollup.quadrants, into: &writer)
    writer.key("score")
    writer.beginObject()
    for (name, points) in [
      ("mean", rollup.mean), ("p10", rollup.p10), ("p50", rollup.p50), ("p90", rollup.p90),
    ] {
      writer.key(name)
      writer.value(points)
    }
    writer.endObject()
    writer.key("revenue")
    writer.value(units: rollup.revenue, places: 2)
    writer.key("revenueAtRisk")
    writer.value(units: rollup.revenueAtRisk, places: 2)
    writer.key("redShare")
    writer.readable(rollup.redShare)
    writer.key("redTrend")
    writer.readable(rollup.redTrend)
    if let usage = rollup.usage {
      writer.key("usage")
      SegmentUsageEncoder.encode(usage, into: &writer)
    }
    if let parent = rollup.parent {
      writer.key("parent")
      writer.beginObject()
      writer.key("rule")
      writer.value(parent.rule)
      writer.key("score")
      writer.value(parent.score)
      writer.key("band")
      writer.value(parent.band)
      writer.endObject()
    }
    writer.endObject()
  }

  private static func encode(
    _ name: String, _ counts: [NamedCount], into writer: inout JSONWriter
  ) {
    writer.key(name)
    writer.beginObject()
    for count in counts {
      writer.key(count.name)
      writer.value(Int64(count.count))
    }
    writer.endObject()
  }
}
