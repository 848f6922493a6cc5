package import ThermoclineCore

/// Something that happens to one account, or to all, at a known time: the truth alerts are held
/// against.
package struct Incident: Sendable, Equatable {
  /// Whom it concerns.
  package enum Scope: Sendable, Hashable {
    case account(String)
    case everyone
  }

  package var scope: Scope
  package var kind: IncidentKind
  /// First instant of its effect.
  package var start: EventTime
  /// When behaviour is back to normal, exclusive; the population's end for what lasts.
  package var end: EventTime
  /// What remains of the expected number of the events concerned when the effect is complete: 0 =
  /// none, 0.6 = a fall of 40 %, above 1 = more.
  package var remaining: Double
  /// Event type concerned; nil = all.
  package var type: String?
  /// Feature concerned; nil = all.
  package var feature: String?
  /// User concerned; nil = all.
  package var user: String?
  /// For a slow decline, days until the effect is complete; 0 = at once.
  package var rampDays: Int

  package init(
    _ kind: IncidentKind, of scope: Scope, from start: EventTime, to end: EventTime,
    remaining: Double, type: String? = nil, feature: String? = nil, user: String? = nil,
    rampDays: Int = 0
  ) {
    self.scope = scope
    self.kind = kind
    self.start = start
    self.end = end
    self.remaining = remaining
    self.type = type
    self.feature = feature
    self.user = user
    self.rampDays = rampDays
  }

  /// The account concerned; nil for everyone.
  package var account: String? {
    if case .account(let name) = scope { name } else { nil }
  }
}
