internal import ThermoclineCodec
internal import ThermoclineCore

extension Thermocline_V1_Score {
  /// The same score as a message.
  init(_ score: HealthScore) {
    self.init()
    account = score.account
    at = .init(score.at)
    final = score.isFinal
    policy = score.policy
    variant = score.variant
    if let points = score.score { scoreTenThousandths = points.tenThousandths }
    if let name = score.band { band = name }
    if let slope = score.trend { trend = slope }
    if let points = score.change { changeTenThousandths = points.tenThousandths }
    if let points = score.weekChange { weekChangeTenThousandths = points.tenThousandths }
    coverage = score.coverage
    confidence = score.confidence
    quadrant = .init(score.quadrant)
    if let points = score.commitment { commitmentTenThousandths = points.tenThousandths }
    if let points = score.temperature { temperatureTenThousandths = points.tenThousandths }
    dimensions = score.dimensions.map { .init($0) }
    measures = score.measures.filter { !$0.isAbsent }.map { .init($0) }
    absent = score.measures.filter(\.isAbsent).map(\.name)
    tier = score.tier
    stage = score.stage
    revenue = score.revenue
    if let said = score.override { override = .init(said) }
    summary = score.summary
  }

  /// The score that the message holds. Account and time must be there.
  func score() throws(OutputDecodingError) -> HealthScore {
    guard !account.isEmpty else { throw .badField("account") }
    guard hasAt else { throw .badField("at") }
    var score = HealthScore(
      account: account, at: try at.eventTime("at"), isFinal: final, policy: policy)
    score.variant = variant
    if hasScoreTenThousandths { score.score = Points(tenThousandths: scoreTenThousandths) }
    if hasBand { score.band = band }
    if hasTrend { score.trend = try finite(trend, "trend") }
    if hasChangeTenThousandths { score.change = Points(tenThousandths: changeTenThousandths) }
    if hasWeekChangeTenThousandths {
      score.weekChange = Points(tenThousandths: weekChangeTenThousandths)
    }
    score.coverage = try finite(coverage, "coverage")
    score.confidence = try finite(confidence, "confidence")
    score.quadrant = try quadrant.value()
    if hasCommitmentTenThousandths {
      score.commitment = Points(tenThousandths: commitmentTenThousandths)
    }
    if hasTemperatureTenThousandths {
      score.temperature = Points(tenThousandths: temperatureTenThousandths)
    }
    score.dimensions = dimensions.map(\.value)
    for measure in measures { score.measures.append(try measure.reading()) }
    score.measures += absent.map { MeasureReading(absent: $0) }
    score.tier = tier
    score.stage = stage
    score.revenue = try finite(revenue, "revenue")
    if hasOverride { score.override = try override.value() }
    score.summary = summary
    return score
  }
}

extension Thermocline_V1_Quadrant {
  fileprivate init(_ quadrant: Quadrant?) {
    self =
      switch quadrant {
      case nil: .unspecified
      case .redCarpet: .redCarpet
      case .convert: .convert
      case .nurture: .nurture
      case .costly: .costly
      }
  }

  fileprivate func value() throws(OutputDecodingError) -> Quadrant? {
    switch self {
    case .unspecified: nil
    case .redCarpet: .redCarpet
    case .convert: .convert
    case .nurture: .nurture
    case .costly: .costly
    case .UNRECOGNIZED: throw .badField("quadrant")
    }
  }
}

extension Thermocline_V1_Dimension {
  fileprivate init(_ dimension: NamedPoints) {
    self.init()
    name = dimension.name
    if let points = dimension.points { pointsTenThousandths = points.tenThousandths }
  }

  fileprivate var value: NamedPoints {
    NamedPoints(
      name: name,
      points: hasPointsTenThousandths ? Points(tenThousandths: pointsTenThousandths) : nil)
  }
}

extension Thermocline_V1_Measure {
  fileprivate init(_ reading: MeasureReading) {
    self.init()
    name = reading.name
    dimension = reading.dimension
    if let number = reading.value { value = number }
    if let number = reading.expected { expected = number }
    if let points = reading.subscore { subscoreTenThousandths = points.tenThousandths }
    weight = reading.weight
    contributionTenThousandths = reading.contribution.tenThousandths
    changeTenThousandths = reading.change.tenThousandths
    if let known = reading.peers {
      peers.group = known.group
      peers.accounts = Int64(known.accounts)
      peers.percentile = known.percentile
      peers.standIns = Int64(known.standIns)
    }
  }

  fileprivate func reading() throws(OutputDecodingError) -> MeasureReading {
    var reading = MeasureReading(
      name: name, dimension: dimension, value: hasValue ? try finite(value, "value") : nil,
      expected: hasExpected ? try finite(expected, "expected") : nil,
      subscore: hasSubscoreTenThousandths ? Points(tenThousandths: subscoreTenThousandths) : nil,
      weight: try finite(weight, "weight"),
      contribution: Points(tenThousandths: contributionTenThousandths),
      change: Points(tenThousandths: changeTenThousandths))
    if hasPeers {
      reading.peers = PeerReading(
        group: peers.group, accounts: Int(peers.accounts),
        percentile: try finite(peers.percentile, "percentile"), standIns: Int(peers.standIns))
    }
    return reading
  }
}

extension Thermocline_V1_Override {
  fileprivate init(_ said: ScoreOverride) {
    self.init()
    if let name = said.band { band = name }
    if let points = said.score { scoreTenThousandths = points.tenThousandths }
    reason = said.reason
    author = said.author
    expiresAt = .init(said.expires)
  }

  fileprivate func value() throws(OutputDecodingError) -> ScoreOverride {
    guard hasExpiresAt else { throw .badField("expires_at") }
    return ScoreOverride(
      score: hasScoreTenThousandths ? Points(tenThousandths: scoreTenThousandths) : nil,
      band: hasBand ? band : nil, reason: reason, author: author,
      expires: try expiresAt.eventTime("expires_at"))
  }
}
