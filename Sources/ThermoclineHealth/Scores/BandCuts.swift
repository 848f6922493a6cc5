package import ThermoclineCore

/// Where the bands of a policy begin.
package struct BandCuts: Sendable, BitwiseCopyable {
  /// Points, ascending; the first is 0. The first `count` are meant.
  private var cuts = InlineArray<8, Double>(repeating: 0)
  private let count: Int
  private let hysteresis: Double

  package init(_ policy: Policy) {
    precondition(policy.bands.count <= cuts.count, "PolicyLimits.bandsMax")
    for (i, band) in policy.bands.enumerated() { cuts[i] = band.from }
    count = policy.bands.count
    hysteresis = policy.bandHysteresis
  }

  /// Place of the band a score belongs to. With a band before, a cut must be passed by more than
  /// the hysteresis.
  package func band(of score: Points, before: Int?) -> Int {
    let plain = last(score.value, 0)
    guard let before, before < count, plain != before else { return plain }
    if plain > before { return max(before, last(score.value, hysteresis)) }
    return min(before, last(score.value, -hysteresis))
  }

  /// The last band whose cut, moved by `shift`, the points reach.
  private func last(_ points: Double, _ shift: Double) -> Int {
    var place = count - 1
    while place > 0, points < cuts[place] + shift { place -= 1 }
    return place
  }
}
