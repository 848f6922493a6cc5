/// A drop rule and how it reads an account, in plain numbers.
struct FlatDropRule: BitwiseCopyable {
  /// One of the spans tested.
  struct Span: BitwiseCopyable {
    var weeks: Int
    var effectMin: Double
    /// p below which it is evidence.
    var threshold: Double
  }

  /// Where the rule's weeks, and its spans, stand in the judge's lists.
  var weeksStart: Int
  var weeks: Int
  var spansStart: Int
  var spansCount: Int
  var weeksMin: Int
  var volumeMin: Double
  var clearLevel: Double
  var priorDispersion: Double
  var priorDegrees: Double
}
