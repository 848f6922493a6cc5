internal import ThermoclineCore

/// One measure as a sheet computes it: the plan and the policy in plain numbers.
struct SheetMeasure: BitwiseCopyable {
  /// A run of places in one of the sheet's lists.
  struct Run: BitwiseCopyable {
    var start: Int
    var count: Int
  }

  var source: MeasurePlan.Source
  /// Place of the quantity that is 0 while what the measure counts never occurred; −1 = cannot be absent that way.
  var seen: Int
  /// Place of the quantity that is above 0 while somebody did anything; −1 = it does not matter.
  var activity: Int
  var baseline: Run
  var curve: Run
  /// The value at which the curve is at its best.
  var best: Double
  /// Days the window is brought to; 0 = the value is taken as it is.
  var wholeDays: Double
  /// Days after which an event counts half; 0 = it counts whole.
  var halfLifeDays: Double
  /// What the past windows count in: 1, or 1,000,000 for sums.
  var unit: Double
  /// Within its dimension, and within its axis.
  var weight: Double
  var axisWeight: Double
  /// Milliseconds.
  var window: Int64
  /// Milliseconds from one past window to the next.
  var step: Int64
  var weeksMin: Int
  /// −1 = none.
  var dimension: Int
  /// −1 = none, 0 = commitment, 1 = temperature.
  var axis: Int
  var isBaseline: Bool
  /// Place among the measures judged against peers; −1 = it is not.
  var peer: Int
  /// Absent while nothing at all happened in its window.
  var isGoodInSilence: Bool
  var isMoreBetter: Bool
  var missing: MissingRule
  /// The lowest points of the curve.
  var worst: Double
}

/// What a sheet says of one measure.
package struct SheetLine: BitwiseCopyable, Sendable {
  package var value = 0.0
  package var expected = 0.0
  /// Among its peers, 0…100, where it is judged against them and has a sub-score.
  package var percentile = 0.0
  /// Share of the score's weight, 0…1; 0 when absent.
  package var weight = 0.0
  /// Ten-thousandths of a point; `noPoints` = none.
  package var subscore = noPoints
  /// Ten-thousandths of a point this measure adds to the score.
  package var contribution: Int32 = 0
  /// The same to the change since the previous final score.
  package var change: Int32 = 0
  package var hasValue = false
  package var hasExpected = false
  /// There is no data, and the sub-score is what the policy puts in its place.
  package var isAssumed = false

  /// Nothing is known of it and nothing changed by that: only its name is published.
  package var isAbsent: Bool { !hasValue && subscore == noPoints && change == 0 }
}

/// Stands for points that there are none of.
package let noPoints = Int32.min
/// Stands for a place in a list of the policy, such as a band's, that there is none of.
package let noPlace = UInt8.max
