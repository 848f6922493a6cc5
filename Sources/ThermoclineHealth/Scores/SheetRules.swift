/// What a variant of a policy says of the score as a whole.
struct SheetRules: BitwiseCopyable {
  var cuts: BandCuts
  var axes: AxisRule
  /// Share of the weight, 0…1.
  var coverageMin: Double

  init(_ policy: Policy) {
    cuts = BandCuts(policy)
    axes = policy.axes
    coverageMin = policy.coverageMin
  }
}
