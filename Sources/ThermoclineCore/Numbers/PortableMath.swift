/// Logarithm and exponential from the four basic operations, which IEEE 754 rounds in one way. The
/// last bit of a C library's functions differs between machines, and one bit would change a
/// simulated stream or a fitted weight.
package enum PortableMath {
  private static let ln2 = 0.693147180559945309417232121458
  private static let squareRootOfHalf = 0.707106781186547524400844362105

  /// Natural logarithm of a positive normal number; relative error about 10⁻¹⁵.
  /// ln x = e·ln 2 + 2·artanh((m − 1) ÷ (m + 1)) with √½ ≤ m < √2: ten terms of artanh are enough.
  package static func logarithm(_ x: Double) -> Double {
    var mantissa = x.significand / 2
    var exponent = Double(x.exponent + 1)
    if mantissa < squareRootOfHalf {
      mantissa *= 2
      exponent -= 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var sum = 0.0
    for odd in stride(from: 21, through: 1, by: -2) { sum = sum * square + 1 / Double(odd) }
    return exponent * ln2 + 2 * s * sum
  }

  /// eˣ for |x| < 700; relative error about 10⁻¹⁵. eˣ = 2ᵏ·eʳ with |r| ≤ ½·ln 2, Taylor's series
  /// for eʳ.
  package static func exponential(_ x: Double) -> Double {
    let k = (x / ln2).rounded(.toNearestOrEven)
    let r = x - k * ln2
    var sum = 1.0
    for n in stride(from: 16, through: 1, by: -1) { sum = 1 + sum * r / Double(n) }
    return sum * Double(sign: .plus, exponent: Int(k), significand: 1)
  }
}
