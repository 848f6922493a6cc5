internal import ThermoclineCore

/// Weights that tell who leaves better than a policy's own, if there are any.
///
/// The policy's weights are the prior of a penalised logistic regression on its sub-scores; how
/// firmly it holds is chosen by cross-validation by account. Measures that never vary in the data
/// keep their share: the data says nothing of them. So do the dimensions. The whole procedure, the choice included, is
/// cross-validated once more for the figure that is reported.
package struct WeightFit: Sendable {
  /// What is proposed.
  package private(set) var weights: ScoreWeights
  /// Chosen penalty; nil = the policy's own weights were not beaten.
  package private(set) var penalty: Double?
  /// For each case the score by weights that were fitted without its account; NaN = no score.
  package private(set) var heldOutScores: [Double]
  /// Places of the measures the data says something of.
  package let fitted: [Int]

  /// Firm to loose. The first leaves the policy as it is.
  package static let penalties: [Double?] = [nil, 3_000, 1_000, 300, 100, 30, 10, 3]

  private let cases: [[Double]]
  private let isChurner: [Bool]
  private let accounts: [Int]
  private let own: ScoreWeights

  /// - Parameters:
  ///   - subscores: 0…100 for every case and measure; NaN = absent.
  ///   - accounts: the account of each case, 0..<`accountsCount`.
  ///   - progress: called with the parts done and in all.
  package init(
    subscores: [[Double]], isChurner: [Bool], accounts: [Int], accountsCount: Int,
    own: ScoreWeights, folds: Int = 5, seed: UInt64, progress: (Int, Int) -> Void = { _, _ in }
  ) {
    cases = subscores
    self.isChurner = isChurner
    self.accounts = accounts
    self.own = own
    weights = own
    fitted = own.measures.indices.filter { k in
      guard own.shares[k] > 0 else { return false }
      let present = subscores.lazy.map { $0[k] }.filter { !$0.isNaN }
      let (least, most) = (present.min() ?? 0, present.max() ?? 0)
      return most > least && present.count * 20 >= subscores.count
    }
    heldOutScores = Array(repeating: .nan, count: subscores.count)
    var hasLeft = [Bool](repeating: false, count: accountsCount)
    for i in accounts.indices where isChurner[i] { hasLeft[accounts[i]] = true }
    let outer = AccountFolds.folds(hasLeft: hasLeft, count: folds, seed: seed)
    let all = Array(accounts.indices)
    for fold in 0..<folds {
      progress(fold, folds + 1)
      let inside = all.filter { outer[accounts[$0]] != fold }
      let chosen = choose(inside, hasLeft, folds, seed: seed &+ UInt64(fold) &+ 1)
      let fold = all.filter { outer[accounts[$0]] == fold }
      let found = fit(inside, chosen)
      for i in fold { heldOutScores[i] = found.score(subscores[i]) ?? .nan }
    }
    progress(folds, folds + 1)
    penalty = choose(all, hasLeft, folds, seed: seed)
    weights = fit(all, penalty)
  }

  /// The penalty under which held-out cases have the highest area under the curve; of those within
  /// one standard error of it by folds, the firmest (the one-standard-error rule; Breiman et al.
  /// 1984, Classification and Regression Trees, 3.4.3), unless the policy's own weights do as well.
  private func choose(_ inside: [Int], _ hasLeft: [Bool], _ count: Int, seed: UInt64) -> Double? {
    let folds = AccountFolds.folds(hasLeft: hasLeft, count: count, seed: seed)
    var gains = Self.penalties.map { _ in [Double]() }
    for fold in 0..<count {
      let training = inside.filter { folds[accounts[$0]] != fold }
      let testing = inside.filter { folds[accounts[$0]] == fold }
      guard let base = area(testing, own) else { continue }
      for (p, penalty) in Self.penalties.enumerated() {
        let found = penalty == nil ? own : fit(training, penalty)
        gains[p].append((area(testing, found) ?? base) - base)
      }
    }
    guard !gains[0].isEmpty else { return nil }
    let means = gains.map { $0.reduce(0, +) / Double($0.count) }
    let best = means.indices.max { means[$0] < means[$1] }!
    guard means[best] > 0 else { return nil }
    let spread = gains[best].reduce(0) { $0 + ($1 - means[best]) * ($1 - means[best]) }
    let n = Double(gains[best].count)
    let error = n > 1 ? (spread / (n - 1) / n).squareRoot() : 0
    let firmest = means.indices.first { means[$0] > 0 && means[$0] >= means[best] - error }!
    return Self.penalties[firmest]
  }

  private func area(_ members: [Int], _ weights: ScoreWeights) -> Double? {
    var (risks, churners) = ([Double](), [Bool]())
    for i in members {
      guard let score = weights.score(cases[i]) else { continue }
      risks.append(-score)
      churners.append(isChurner[i])
    }
    let ranked = RankedCases(
      risks: risks, isChurner: churners, accounts: Array(repeating: 0, count: risks.count))
    let area = ranked.areaUnderCurve([1])
    return area.isNaN ? nil : area
  }

  /// Fits the weights of the fitted measures. Those of a dimension together keep what they had: how much a dimension weighs
  /// is the policy's to say.
  private func fit(_ members: [Int], _ penalty: Double?) -> ScoreWeights {
    guard let penalty, !fitted.isEmpty else { return own }
    let churners = members.map { isChurner[$0] }
    // Points lost, 0…1; an absent measure stands where the whole score does, as redistribution has it.
    var (rows, losses) = ([[Double]](), [[Double]]())
    for i in members {
      let score = own.score(cases[i]) ?? 50
      rows.append(
        fitted.map { (100 - (cases[i][$0].isNaN ? score : cases[i][$0])) / 100 })
      losses.append([(100 - score) / 100])
    }
    let scale = PenalisedLogistic(rows: losses, isChurner: churners, prior: [1], penalty: 1)
    let ownShares = own.shares
    let whole = fitted.reduce(0) { $0 + ownShares[$1] }
    let prior = fitted.map { max(scale.weights[0], 0.1) * ownShares[$0] / whole }
    let found = PenalisedLogistic(
      rows: rows, isChurner: churners, prior: prior, penalty: penalty)
    var result = own
    for d in own.dimensions.indices {
      let places = fitted.indices.filter { own.dimensionOf[fitted[$0]] == d }
      let sum = places.reduce(0) { $0 + found.weights[$1] }
      guard sum > 0 else { continue }
      let kept = places.reduce(0) { $0 + own.measures[fitted[$1]] }
      for place in places { result.measures[fitted[place]] = kept * found.weights[place] / sum }
    }
    return result
  }
}
