/// Why a count fell, as an alert tells it.
public struct AlertCause: Sendable, Equatable {
  /// One driver's part of the fall.
  public struct Part: Sendable, Equatable {
    /// `audience`, `sessions_per_user` or `calls_per_session`.
    public var name: String
    /// Events it adds to value − expected; negative where it lowers it.
    public var events: Double

    public init(name: String, events: Double) {
      self.name = name
      self.events = events
    }
  }

  /// For example `business_shrank`.
  public var verdict: String
  /// They add up to value − expected.
  public var parts: [Part]

  public init(verdict: String, parts: [Part]) {
    self.verdict = verdict
    self.parts = parts
  }
}
