import RealModule

/// ψ(x), the derivative of ln Γ, for x > 0: the recurrence ψ(x) = ψ(x + 1) − 1 ÷ x up to 8, then the
/// asymptotic series (Abramowitz & Stegun 6.3.18). Relative error about 1e-12.
func digamma(_ x: Double) -> Double {
  precondition(x > 0)
  var (x, sum) = (x, 0.0)
  while x < 8 {
    sum -= 1 / x
    x += 1
  }
  let y = 1 / (x * x)
  let series = y * (1 / 12.0 - y * (1 / 120.0 - y * (1 / 252.0 - y * (1 / 240.0 - y / 132.0))))
  return sum + Double.log(x) - 0.5 / x - series
}

/// ψ′(x) for x > 0, in the same way (6.4.12).
func trigamma(_ x: Double) -> Double {
  precondition(x > 0)
  var (x, sum) = (x, 0.0)
  while x < 8 {
    sum += 1 / (x * x)
    x += 1
  }
  let y = 1 / (x * x)
  let series = y * (1 / 6.0 - y * (1 / 30.0 - y * (1 / 42.0 - y * (1 / 30.0 - y * 5 / 66.0))))
  return sum + 1 / x + y / 2 + series / x
}
