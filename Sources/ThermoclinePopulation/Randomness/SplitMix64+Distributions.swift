internal import ThermoclineCore

extension SplitMix64 {
  /// A count with mean `mean` and variance `mean`·`dispersion` (negative binomial; Poisson at 1).
  /// Sums of such counts have the same dispersion, so a week is as overdispersed as its days.
  /// `mean` ≥ 0, `dispersion` ≥ 1; time proportional to the result.
  mutating func count(mean: Double, dispersion: Double) -> Int {
    guard mean > 0 else { return 0 }
    guard dispersion > 1.000_1 else { return poisson(mean) }
    return poisson(gamma(shape: mean / (dispersion - 1)) * (dispersion - 1))
  }

  /// Arrivals of a Poisson process until `mean` (Knuth, The Art of Computer Programming 3.4.1), in
  /// pieces whose exponential is far from underflow.
  private mutating func poisson(_ mean: Double) -> Int {
    var count = 0
    var rest = mean
    while rest > 0 {
      let piece = rest > 32 ? 32 : rest
      rest -= piece
      let limit = PortableMath.exponential(-piece)
      var product = unit()
      while product > limit {
        count += 1
        product *= unit()
      }
    }
    return count
  }

  /// Marsaglia and Tsang 2000, doi 10.1145/358407.358414; scale 1. Below shape 1 by their boost.
  private mutating func gamma(shape: Double) -> Double {
    if shape < 1 {
      let boost = PortableMath.logarithm(unit() + 0x1p-54) / shape
      return boost < -690 ? 0 : gamma(shape: shape + 1) * PortableMath.exponential(boost)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = 1 + c * x
      guard v > 0 else { continue }
      let cube = v * v * v
      let u = unit() + 0x1p-54
      if PortableMath.logarithm(u) < 0.5 * x * x + d - d * cube + d * PortableMath.logarithm(cube) {
        return d * cube
      }
    }
  }

  /// Marsaglia's polar method, one of its two numbers.
  private mutating func normal() -> Double {
    while true {
      let x = 2 * unit() - 1
      let y = 2 * unit() - 1
      let square = x * x + y * y
      if square < 1, square > 1e-300 {
        return x * (-2 * PortableMath.logarithm(square) / square).squareRoot()
      }
    }
  }
}
