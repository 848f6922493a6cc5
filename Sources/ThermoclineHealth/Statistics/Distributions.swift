import RealModule

/// P(X ≤ count) of a negative binomial with this mean and variance = dispersion × mean.
/// `mean` > 0, `dispersion` > 1. Accurate in the lower tail to about nine digits.
package func negativeBinomialCDF(_ count: Double, mean: Double, dispersion: Double) -> Double {
  precondition(mean > 0 && dispersion > 1)
  if count < 0 { return 0 }
  let size = mean / (dispersion - 1)
  return regularizedIncompleteBeta(1 / dispersion, size, count.rounded(.down) + 1)
}

/// P(X < count) + ½ P(X = count) of the same; `count` ≥ 0 and whole.
package func negativeBinomialMidP(_ count: Double, mean: Double, dispersion: Double) -> Double {
  let size = mean / (dispersion - 1)
  let logarithm =
    Double.logGamma(count + size) - Double.logGamma(size) - Double.logGamma(count + 1)
    - size * Double.log(dispersion) + count * Double.log(onePlus: -1 / dispersion)
  let all = negativeBinomialCDF(count, mean: mean, dispersion: dispersion)
  return max(all - Double.exp(logarithm) / 2, all / 2)
}

/// P(T ≤ t) of Student's t with `degrees` > 0, not necessarily whole.
package func studentCDF(_ t: Double, degrees: Double) -> Double {
  precondition(degrees > 0)
  let tail = regularizedIncompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
  return t < 0 ? tail : 1 - tail
}

/// The z with P(Z ≤ z) = p of a standard normal, 0 < p ≤ 0.5, to full precision: a rational start
/// (Abramowitz & Stegun 26.2.23, error below 4.5e-4) and three of Halley's steps on erfc.
package func normalLowerQuantile(_ p: Double) -> Double {
  precondition(p > 0 && p <= 0.5)
  let t = Double.sqrt(-2 * Double.log(p))
  var z =
    -(t - (2.515517 + t * (0.802853 + t * 0.010328))
      / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))))
  for _ in 0..<3 {
    let error = 0.5 * Double.erfc(-z / 2.0.squareRoot()) - p
    let density = Double.exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    let step = error / density
    z -= step / (1 + z * step / 2)
  }
  return z
}
