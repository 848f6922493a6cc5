internal import ThermoclineCore

/// Scores against shares of those who left.
extension BacktestStudy {
  func calibration(_ run: PolicyRun, _ horizon: Int) -> CalibrationFigures {
    let cases = knownCases(horizon)
    let accounts = cases.map { table.cases[$0].account }
    let scores = cases.map { run.samples[$0]?.points ?? 0 }
    let churners = cases.map { table.cases[$0].isChurner(horizon: horizon) }
    let (chances, base) = self.chances(scores, churners, accounts)
    let places = ScoreGroups.places(scores, count: 10)
    let groups = (0..<10).compactMap { group -> CalibrationFigures.Group? in
      let members = places.indices.filter { places[$0] == group }
      guard !members.isEmpty else { return nil }
      let rate = Self.share(
        members.map { accounts[$0] }, part: members.map { churners[$0] },
        whole: Array(repeating: true, count: members.count))
      let n = Double(members.count)
      return CalibrationFigures.Group(
        cases: members.count, churners: members.count { churners[$0] },
        scoreMean: members.reduce(0) { $0 + scores[$1] } / n,
        expectedRate: members.reduce(0) { $0 + chances[$1] } / n,
        rate: draw([rate], accounts: members.map { accounts[$0] }).estimate(0))
    }
    let brier = Self.brier(chances, churners, accounts)
    let brierOfBase = Self.brier(base, churners, accounts)
    let drawn = draw(
      [brier, brierOfBase, { 1 - brier($0) / brierOfBase($0) }], accounts: accounts)
    return CalibrationFigures(
      groups: groups, brier: drawn.estimate(0), brierOfBaseRate: drawn.estimate(1),
      skill: drawn.estimate(2))
  }

  /// Chance of leaving by a logistic curve of the score (Platt 1999), and by the base rate alone,
  /// both learned from the accounts of the other four folds.
  func chances(
    _ scores: [Double], _ churners: [Bool], _ accounts: [Int]
  ) -> (chances: [Double], base: [Double]) {
    var hasLeft = [Bool](repeating: false, count: table.accounts.count)
    for i in accounts.indices where churners[i] { hasLeft[accounts[i]] = true }
    let folds = AccountFolds.folds(hasLeft: hasLeft, count: 5, seed: seed)
    var (chances, base) = (scores, scores)
    for fold in 0..<5 {
      let training = scores.indices.filter { folds[accounts[$0]] != fold }
      guard !training.isEmpty else { continue }
      let left = training.map { churners[$0] }
      let curve = PenalisedLogistic(
        rows: training.map { [(100 - scores[$0]) / 100] }, isChurner: left, prior: [0],
        penalty: 0.01)
      let rate = Double(left.count { $0 }) / Double(training.count)
      for i in scores.indices where folds[accounts[i]] == fold {
        chances[i] = curve.probability([(100 - scores[i]) / 100])
        base[i] = rate
      }
    }
    return (chances, base)
  }

  /// Mean squared error of chances (Brier 1950).
  static func brier(
    _ chances: [Double], _ churners: [Bool], _ accounts: [Int]
  ) -> AccountBootstrap.Statistic {
    { weights in
      var (sum, total) = (0.0, 0.0)
      for i in chances.indices {
        let weight = Double(weights[accounts[i]])
        let error = chances[i] - (churners[i] ? 1 : 0)
        sum += weight * error * error
        total += weight
      }
      return sum / total
    }
  }
}
