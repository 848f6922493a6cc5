/// The one-sided test behind a drop rule: how likely is a count this low if nothing changed?
///
/// The count of n weeks is taken as negative binomial about n × the expected week, its dispersion
/// widened by what the uncertainty of that expectation adds. The dispersion is itself an estimate,
/// so the normal deviate of that probability is read in Student's t with the degrees of freedom
/// behind the estimate; without it an account of dispersion 8 raises four to five times the alarms
/// it may.
enum DropTest {
  /// A rule looks every day at several spans, whose windows overlap: more than one look a week and
  /// fewer than seven. By simulation (DropSimulationTests) this many looks keep the budget.
  static let looksPerWeek = 5.0
  /// Beyond this the t distribution is the normal one.
  static let degreesMax = 200.0

  /// p below which a span is evidence, for a rule that may raise `rate` alarms per account-week.
  static func threshold(rate: Double) -> Double { rate / looksPerWeek }

  /// P(count < `value`) + ½ P(count = `value`), 0…1: a small account has few counts to choose from, so that
  /// P(count ≤ `value`) would keep far below the rate that is allowed (mid-p, Lancaster 1961, doi
  /// 10.1080/01621459.1961.10482105). `weeks` of the span, `references` = weeks behind the expectation.
  static func p(
    value: Double, expected: Double, dispersion: Double, degrees: Double, weeks: Int,
    references: Double
  ) -> Double {
    guard value < expected else { return 1 }
    let widened = max(dispersion, 1.02) * (1 + Double(weeks) / references)
    let p = negativeBinomialMidP(value, mean: expected, dispersion: widened)
    guard p < 0.5 else { return p }
    return studentCDF(normalLowerQuantile(max(p, 1e-300)), degrees: min(degrees, degreesMax))
  }
}
