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
  /// Who, or what, most of the fall is missing with.
  var loss: Loss?
  var activeDays = 0
  var knownDays = 0

  init(_ finding: AlertLifeCycle.Finding) { self.finding = finding }
}

/// What a fall comes from, where that is somebody or something that is gone.
struct Loss: Sendable, Equatable {
  /// `contactLost` or `featureAbandoned`.
  var verdict: CauseVerdict
  /// The user's or the feature's.
  var name: String
}
