public enum AlertState: String, Sendable, CaseIterable {
  case pending, firing, recovering, resolved
}
public enum Severity: String, Sendable, CaseIterable {
  case critical, error, warning, info

  /// 0 is the most severe.
  package var weight: Int { Self.allCases.firstIndex(of: self)! }
}

/// One state change of one alert. There is at most one alert per (account, rule) at a time.
public struct HealthAlert: Sendable, Equatable {
  /// 16 hexadecimal digits, a function of account and rule alone: the same after a replay.
  public var fingerprint: String
  public var account: String
  /// For example `drop:events_7d`, `silence` or `key_contact_silent`.
  public var rule: String
  public var state: AlertState
  public var severity: Severity
  /// Tick at which this change happened.
  public var at: EventTime
  /// Tick of the first evidence in a row that the alert rests on.
  public var startsAt: EventTime
  /// Set when resolved.
  public var endsAt: EventTime?
  public var policy: String
  public var value: Double?
  public var expected: Double?
  /// 1 − value ÷ expected, 0…1; nil without an expectation.
  public var drop: Double?
  /// 1 − p of the test behind the rule, 0…1; nil where the rule has none.
  public var confidence: Double?
  /// The window the value was measured over.
  public var window: TimeSpan?
  /// Why the count fell; nil where the rule has no causes or they cannot be told.
  public var cause: AlertCause?
  /// The user an alert about people is about.
  public var user: String?
  /// What a person says of it, while that holds.
  public var control: AlertControl?
  public var tier: String
  public var stage: String
  public var revenue: Double
  /// One sentence for a person.
  public var summary: String

  public init(fingerprint: String, account: String, rule: String, state: AlertState, at: EventTime)
  {
    self.fingerprint = fingerprint
    self.account = account
    self.rule = rule
    self.state = state
    self.at = at
    severity = .warning
    startsAt = at
    endsAt = nil
    policy = ""
    value = nil
    expected = nil
    drop = nil
    confidence = nil
    window = nil
    cause = nil
    user = nil
    control = nil
    tier = ""
    stage = ""
    revenue = 0
    summary = ""
  }
}
