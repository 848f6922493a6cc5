package import ThermoclineCore

/// Reads the JSON of the roll-up topic.
package enum HealthRollupDecoder {
  /// The roll-up a message's bytes hold. Segment and time must be there; unknown fields are ignored.
  package static func decode(_ bytes: [UInt8]) throws(OutputDecodingError) -> HealthRollup {
    let fields = try JSONFields(bytes)
    var rollup = HealthRollup(
      segment: try fields.required("segment", try fields.string("segment")),
      at: try fields.required("at", try fields.time("at")),
      policy: try fields.string("policy") ?? "")
    rollup.accounts = try fields.count("accounts") ?? 0
    rollup.scored = try fields.count("scored") ?? 0
    rollup.bands = try fields.namedCounts("bands") ?? []
    rollup.overridden = try fields.namedCounts("overridden") ?? []
    rollup.effectiveBands = try fields.namedCounts("effectiveBands") ?? []
    rollup.quadrants = try fields.namedCounts("quadrants") ?? []
    if let score = try fields.object("score") {
      rollup.mean = try score.points("mean")
      rollup.p10 = try score.points("p10")
      rollup.p50 = try score.points("p50")
      rollup.p90 = try score.points("p90")
    }
    rollup.revenue = try fields.hundredths("revenue") ?? 0
    rollup.revenueAtRisk = try fields.hundredths("revenueAtRisk") ?? 0
    rollup.redShare = try fields.double("redShare")
    rollup.redTrend = try fields.double("redTrend")
    if let usage = try fields.object("usage") {
      rollup.usage = try SegmentUsageDecoder.decode(usage)
    }
    if let parent = try fields.object("parent") {
      rollup.parent = ParentHealth(
        rule: try parent.string("rule") ?? "", score: try parent.points("score"),
        band: try parent.string("band"))
    }
    return rollup
  }
}
