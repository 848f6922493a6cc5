package import ThermoclineBacktest
internal import ThermoclineCore
package import ThermoclineHealth

/// A policy with weights learned from those who left, and how they were found.
package struct WeightProposal: Sendable {
  package var policy: Policy
  package var fit: WeightFit
  /// Areas under the curve of the policy as it was, and of weights fitted without the account they
  /// are used on.
  package var own: Estimate
  package var heldOut: Estimate
  /// The second − the first, on the same draws of accounts.
  package var gain: Estimate
  package var cases: Int
  package var churners: Int
  package var horizon: Int

  /// Fits the first run's policy on the cases of the first horizon.
  package init(
    _ policy: Policy, _ table: CaseTable, _ run: PolicyRun, bootstrap: Int, seed: UInt64,
    progress: (Int, Int) -> Void
  ) {
    let horizon = table.plan.horizons[0]
    let weights = ScoreWeights(policy)
    let cases = table.known(horizon: horizon).filter {
      run.samples[$0].flatMap { weights.score($0.subscores) } != nil
    }
    let subscores = cases.map { run.samples[$0]!.subscores }
    let accounts = cases.map { table.cases[$0].account }
    let churners = cases.map { table.cases[$0].isChurner(horizon: horizon) }
    fit = WeightFit(
      subscores: subscores, isChurner: churners, accounts: accounts,
      accountsCount: table.accounts.count, own: weights, seed: seed, progress: progress)
    let ranked = [
      RankedCases(
        risks: subscores.map { -(weights.score($0) ?? 0) }, isChurner: churners,
        accounts: accounts),
      RankedCases(
        risks: fit.heldOutScores.map { -$0 }, isChurner: churners, accounts: accounts),
    ]
    let drawn = AccountBootstrap(
      ranked.map { ranked in { ranked.areaUnderCurve($0) } }, members: Set(accounts).sorted(),
      accountsCount: table.accounts.count, count: bootstrap, seed: seed)
    own = drawn.estimate(0)
    heldOut = drawn.estimate(1)
    gain = drawn.difference(1, 0)
    self.cases = cases.count
    self.churners = churners.count { $0 }
    self.horizon = horizon
    self.policy = policy.fitted(fit.weights)
  }
}

extension ScoreWeights {
  /// The weights of a policy.
  package init(_ policy: Policy) {
    self.init(
      measures: policy.measures.map(\.weight),
      dimensionOf: policy.measures.map { measure in
        policy.dimensions.firstIndex { $0.name == measure.dimension }
      },
      dimensions: policy.dimensions.map(\.weight))
  }
}
