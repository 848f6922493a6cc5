package import ThermoclineCore

/// Reads the JSON of the score topics.
package enum HealthScoreDecoder {
  /// The score a message's bytes hold. Only account and time must be there; unknown fields are
  /// ignored.
  package static func decode(_ bytes: [UInt8]) throws(OutputDecodingError) -> HealthScore {
    let fields = try JSONFields(bytes)
    var score = HealthScore(
      account: try fields.required("account", try fields.string("account")),
      at: try fields.required("at", try fields.time("at")),
      isFinal: try fields.bool("final") ?? true,
      policy: try fields.string("policy") ?? "")
    score.variant = try fields.string("variant") ?? ""
    score.score = try fields.points("score")
    score.band = try fields.string("band")
    score.trend = try fields.double("trend")
    score.change = try fields.points("change")
    score.weekChange = try fields.points("weekChange")
    score.coverage = try fields.double("coverage") ?? 0
    score.confidence = try fields.double("confidence") ?? 0
    if let name = try fields.string("quadrant") {
      score.quadrant = try fields.required("quadrant", Quadrant(rawValue: name))
    }
    if let axes = try fields.object("axes") {
      score.commitment = try axes.points("commitment")
      score.temperature = try axes.points("temperature")
    }
    score.dimensions = try fields.namedPoints("dimensions") ?? []
    for value in try fields.array("measures") ?? [] {
      score.measures.append(try measure(fields.required("measures", JSONFields(value))))
    }
    for value in try fields.array("absent") ?? [] {
      guard case .string(let name) = value else { continue }
      score.measures.append(MeasureReading(absent: name))
    }
    score.tier = try fields.string("tier") ?? ""
    score.stage = try fields.string("stage") ?? ""
    score.revenue = try fields.double("revenue") ?? 0
    if let fields = try fields.object("override") { score.override = try override(fields) }
    score.summary = try fields.string("summary") ?? ""
    return score
  }

  private static func override(
    _ fields: JSONFields
  ) throws(OutputDecodingError) -> ScoreOverride {
    ScoreOverride(
      score: try fields.points("score"), band: try fields.string("band"),
      reason: try fields.string("reason") ?? "", author: try fields.string("author") ?? "",
      expires: try fields.required("expiresAt", try fields.time("expiresAt")))
  }

  private static func measure(_ fields: JSONFields) throws(OutputDecodingError) -> MeasureReading {
    var reading = MeasureReading(
      name: try fields.required("name", try fields.string("name")),
      dimension: try fields.string("dimension") ?? "",
      value: try fields.double("value"),
      expected: try fields.double("expected"),
      subscore: try fields.points("subscore"),
      weight: try fields.double("weight") ?? 0,
      contribution: try fields.points("contribution") ?? .zero,
      change: try fields.points("change") ?? .zero)
    if let peers = try fields.object("peers") {
      reading.peers = PeerReading(
        group: try peers.required("group", try peers.string("group")),
        accounts: Int(try peers.double("accounts") ?? 0),
        percentile: try peers.required("percentile", try peers.double("percentile")),
        standIns: Int(try peers.double("standIns") ?? 0))
    }
    return reading
  }
}
