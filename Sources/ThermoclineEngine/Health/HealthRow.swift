import ThermoclineCore
import ThermoclineHealth

/// What was published of an account.
struct HealthRow: BitwiseCopyable {
  /// The last score in the history, and the last one shown at all.
  var changed = Standing.none
  var shown = Standing.none
  /// What the last published final score knew of: its newest event, its trend and how it stood a week before.
  var knownEvent = EventTime.distantPast
  var knownTrend: Double?
  var knownWeekChange = noPoints
  /// The last final score was not published.
  var isStale = false
  /// It waits for the next commit interval to be read early again.
  var isDeferred = false
  /// Which of the accounts that had this number it is.
  var generation: UInt16 = 0
  /// Row of its profile in the register; `unknown` = not looked up yet.
  var profile = Self.unknown
  /// Commit interval of the last early reading.
  var round: UInt32 = 0

  static let unknown = UInt32.max
}

/// What makes two scores the same to a reader.
struct Standing: BitwiseCopyable {
  /// Ten-thousandths of a point; `noPoints` without a score.
  var points: Int32
  var band: UInt8
  var quadrant: Quadrant?
  var exists: Bool

  /// Of an account that was never shown.
  static let none = Standing(points: noPoints, band: noPlace, quadrant: nil, exists: false)

  /// Whether a sheet shows something else: another band or quadrant, or `min` points' distance; any score has
  /// moved for a `min` of zero.
  func hasMoved(to sheet: inout ScoreSheet, min: Points) -> Bool {
    guard exists, band == sheet.band, quadrant == sheet.quadrant else { return true }
    guard points != noPoints, sheet.points != noPoints else { return points != sheet.points }
    if min == .zero { return true }
    let distance = abs(Int64(points) - Int64(sheet.points))
    return distance > 0 && distance >= min.tenThousandths
  }
}
