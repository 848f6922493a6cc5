/// A drop rule and how it reads an account, in plain numbers.
package struct FlatDropRule: Sendable, BitwiseCopyable {
  /// One of the spans tested.
  struct Span: Sendable, BitwiseCopyable {
    var weeks: Int
    var effectMin: Double
  }

  /// Where the rule's weeks, and its spans, stand in the judge's lists.
  var weeksStart: Int
  var weeks: Int
  var spansStart: Int
  var spansCount: Int
  /// Place of the events of the last day.
  var day: Int
  var weeksMin: Int
  var volumeMin: Double
  var clearLevel: Double
  var priorDispersion: Double
  var priorDegrees: Double
  /// p below which a span is evidence when nothing happens to most accounts.
  var threshold: Double
  /// Every event counts, whatever its type.
  var isOfAll: Bool

  var prior: DispersionPrior {
    DispersionPrior(dispersion: priorDispersion, degrees: priorDegrees)
  }

  /// The chance of an account's span if it did as its peers did, 0…1; 1 where there is too little to
  /// judge, or too small a fall.
  func p(
    _ span: Span, _ row: AlertDay.SpanRow, _ drop: AlertDay.DropRow, _ context: RuleContext,
    _ place: Int
  ) -> Double {
    guard row.references > 0 else { return 1 }
    let expected = row.expected * context.factor(span: place)
    guard expected >= volumeMin, row.value <= expected * (1 - span.effectMin) else { return 1 }
    let prior = context.prior ?? prior
    let degrees = prior.degrees + Double(drop.degrees)
    let dispersion = (prior.degrees * prior.dispersion + Double(drop.squares)) / degrees
    return DropTest.p(
      value: row.value, expected: expected, dispersion: dispersion, degrees: degrees,
      weeks: span.weeks, references: Double(row.references))
  }
}
