internal import ThermoclineCore

/// The one-sided test behind a drop rule: how likely is a count this low if nothing changed?
///
/// The count of n weeks is taken as negative binomial about n × the expected week, its dispersion
/// widened by what the uncertainty of that expectation adds (k baseline weeks; a robust mean needs
/// about 1.2 times the weeks of a plain one). The dispersion is itself an estimate from few weeks,
/// so the normal deviate of that probability is read in Student's t with the degrees of freedom
/// behind the estimate; without it an account of dispersion 8 raises four to five times the alarms
/// it may.
enum DropTest {
  /// Looking every day at windows that overlap is more than one look a week and less than seven. By
  /// simulation (DropSimulationTests) this many looks keep the budget.
  static let looksPerWeek = 2.6
  /// Variance of the robust mean ÷ that of the mean.
  static let centreCost = 1.2

  /// p below which a span is evidence, for a rule that may raise `rate` alarms per account-week.
  static func threshold(rate: Double, spans: Int) -> Double {
    rate / looksPerWeek / (spans > 1 ? spanCost : 1)
  }
  /// Several spans of one rule overlap too and share the same weeks.
  static let spanCost = 1.5

  /// P(count ≤ `value`), 0…1.
  static func p(
    value: Double, expected: Double, dispersion: Double, degrees: Double, weeks: Int, baseline: Int
  ) -> Double {
    guard value < expected else { return 1 }
    let widened = dispersion * (1 + centreCost * Double(weeks) / Double(baseline))
    let p = negativeBinomialCDF(value, mean: expected, dispersion: widened)
    guard p < 0.5 else { return p }
    return studentCDF(normalLowerQuantile(max(p, 1e-300)), degrees: degrees)
  }
}
