import ThermoclineCore

/// How much a pane weighs by its age, as whole numbers, so that sums of weighed panes are exact in any order.
///
/// `weight(age) = 2^(−age·slide ÷ halfLife)` in units of 2⁻⁴⁰, rounded: an error of at most 2⁻⁴¹ of the pane's value,
/// and nothing after 41 half-lives.
enum DecayWeights {
  /// Weights are whole numbers of 2^−`bits`.
  static let bits = 40

  /// The weights of the ages 0, 1, … slides, at most `count` of them; those left out are 0.
  static func table(slide: TimeSpan, halfLife: TimeSpan, count: Int) -> [Int64] {
    var weights: [Int64] = []
    for age in 0..<count {
      let exponent = Double(age) * Double(slide.milliseconds) / Double(halfLife.milliseconds)
      let weight = halved(exponent) * Double(1 << Int64(bits))
      guard weight >= 0.5 else { break }
      weights.append(Int64(weight.rounded()))
    }
    return weights
  }

  /// 2^−x for 0 ≤ x, from the four basic operations, which IEEE 754 rounds in one way: the last bit of a C
  /// library's function differs between machines. 2^−x = 2^−k · e^(−r·ln 2) with 0 ≤ r < 1; Taylor's series, whose
  /// 20th term is below 10⁻²¹.
  static func halved(_ x: Double) -> Double {
    guard x < 1_000 else { return 0 }
    let k = x.rounded(.down)
    let y = (k - x) * 0.693147180559945309417232121458
    var sum = 1.0
    for n in stride(from: 20, through: 1, by: -1) { sum = 1 + sum * y / Double(n) }
    return sum * Double(sign: .plus, exponent: -Int(k), significand: 1)
  }
}
