package import ThermoclineCore

extension ScoreSheet {
  /// The score as a value, with all its names, for whoever wants to look at one.
  package mutating func score(
    account: String, profile: AccountProfile, policy: Policy
  ) -> HealthScore {
    var score = HealthScore(account: account, at: at, isFinal: isFinal, policy: policy.identifier)
    score.score = Points(points)
    score.band = band == noPlace ? nil : policy.bands[Int(band)].name
    score.trend = trend
    score.change = Points(change)
    score.weekChange = Points(weekChange)
    score.coverage = coverage
    score.confidence = confidence
    score.quadrant = quadrant
    score.commitment = Points(commitment)
    score.temperature = Points(temperature)
    for (d, dimension) in policy.dimensions.enumerated() {
      score.dimensions.append(NamedPoints(name: dimension.name, points: Points(dimensions[d])))
    }
    for (i, measure) in policy.measures.enumerated() {
      let line = lines[i]
      var reading = MeasureReading(
        name: measure.name, dimension: measure.dimension ?? "",
        value: line.hasValue ? line.value : nil,
        expected: line.hasExpected ? line.expected : nil, subscore: Points(line.subscore),
        weight: line.weight, contribution: Points(tenThousandths: Int64(line.contribution)),
        change: Points(tenThousandths: Int64(line.change)))
      reading.peers = yardstick(of: i).map {
        PeerReading(
          group: $0.groupName, accounts: $0.accounts, percentile: line.percentile,
          standIns: $0.standIns)
      }
      score.measures.append(reading)
    }
    score.variant = policy.title(of: PolicyVariants(policy).members[variant])
    score.tier = profile.tier
    score.revenue = profile.revenue
    score.stage = policy.stages.stage(of: profile, firstEvent: firstEvent, at: at)
    var summary = TextBuffer()
    writeSummary(to: &summary)
    score.summary = summary.string
    return score
  }
}

extension Points {
  /// nil for `noPoints`.
  fileprivate init?(_ units: Int32) {
    guard units != noPoints else { return nil }
    self.init(tenThousandths: Int64(units))
  }
}
