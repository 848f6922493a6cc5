package import ThermoclineCore

/// Writes a score as the JSON of the score topics.
package enum HealthScoreEncoder {
  /// Appends one score to the writer as an object.
  package static func encode(_ score: HealthScore, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("account")
    writer.value(score.account)
    writer.key("at")
    writer.value(score.at)
    writer.key("final")
    writer.value(score.isFinal)
    writer.key("policy")
    writer.value(score.policy)
    writer.key("variant")
    writer.value(score.variant)
    writer.key("score")
    writer.value(score.score)
    writer.key("band")
    writer.value(score.band)
    writer.key("trend")
    writer.readable(score.trend)
    writer.key("change")
    writer.value(score.change)
    writer.key("weekChange")
    writer.value(score.weekChange)
    writer.key("coverage")
    writer.readable(score.coverage)
    writer.key("confidence")
    writer.readable(score.confidence)
    writer.key("quadrant")
    writer.value(score.quadrant?.rawValue)
    encodeAxes(of: score, into: &writer)
    encodeDimensions(of: score, into: &writer)
    writer.key("measures")
    writer.beginArray()
    for measure in score.measures where !measure.isAbsent { encode(measure, into: &writer) }
    writer.endArray()
    writer.key("absent")
    writer.beginArray()
    for measure in score.measures where measure.isAbsent { writer.value(measure.name) }
    writer.endArray()
    writer.key("tier")
    writer.value(score.tier)
    writer.key("stage")
    writer.value(score.stage)
    writer.key("revenue")
    writer.readable(score.revenue)
    writer.key("override")
    if let override = score.override {
      ScoreOverrideEncoder.encode(override, into: &writer)
    } else {
      writer.value(nil as String?)
    }
    writer.key("summary")
    writer.value(score.summary)
    writer.endObject()
  }

  private static func encodeAxes(of score: HealthScore, into writer: inout JSONWriter) {
    writer.key("axes")
    writer.beginObject()
    writer.key("commitment")
    writer.value(score.commitment)
    writer.key("temperature")
    writer.value(score.temperature)
    writer.endObject()
  }

  private static func encodeDimensions(of score: HealthScore, into writer: inout JSONWriter) {
    writer.key("dimensions")
    writer.beginObject()
    for dimension in score.dimensions {
      writer.key(dimension.name)
      writer.value(dimension.points)
    }
    writer.endObject()
  }

  private static func encode(_ measure: MeasureReading, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.value(measure.name)
    writer.key("dimension")
    writer.value(measure.dimension)
    writer.key("value")
    writer.readable(measure.value)
    writer.key("expected")
    writer.readable(measure.expected)
    writer.key("subscore")
    writer.value(measure.subscore)
    writer.key("weight")
    writer.readable(measure.weight)
    writer.key("contribution")
    writer.value(measure.contribution)
    writer.key("change")
    writer.value(measure.change)
    if let peers = measure.peers { encode(peers, into: &writer) }
    writer.endObject()
  }
}

extension HealthScoreEncoder {
  private static func encode(_ peers: PeerReading, into writer: inout JSONWriter) {
    writer.key("peers")
    writer.beginObject()
    writer.key("group")
    writer.value(peers.group)
    writer.key("accounts")
    writer.value(Int64(peers.accounts))
    writer.key("percentile")
    writer.readable(peers.percentile)
    if peers.standIns > 0 {
      writer.key("standIns")
      writer.value(Int64(peers.standIns))
    }
    writer.endObject()
  }
}
