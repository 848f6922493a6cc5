internal import ThermoclineCore

/// What one rule found at one tick, with the numbers behind it.
struct RuleFinding {
  var finding: AlertLifeCycle.Finding
  var value: Double?
  var expected: Double?
  var confidence: Double?
  /// What the value was measured over; for silence, its length.
  var window: TimeSpan?
  var cause: DropCause?
  var activeDays = 0
  var knownDays = 0

  init(_ finding: AlertLifeCycle.Finding) { self.finding = finding }
}
