package import ThermoclineCore

/// Where a message lies.
package struct AlertPlace: Hashable, Sendable {
  package var partition: Int32
  package var offset: Int64

  package init(partition: Int32, offset: Int64) {
    self.partition = partition
    self.offset = offset
  }
}

/// What sorts an alert where it is delivered; it may change while the alert stands.
package struct AlertMark: Hashable, Sendable {
  package var severity: Severity
  package var tier: String
  package var stage: String

  package init(_ alert: HealthAlert) {
    severity = alert.severity
    tier = alert.tier
    stage = alert.stage
  }
}

/// A message of the alert topic, and what it changes for those who knew the ones before it.
package struct AlertChange: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// An alert begins.
    case opened
    /// It is more severe than before.
    case escalated
    /// Somebody has taken it on.
    case acknowledged
    /// Anything else: it recovers, its figures are others.
    case updated
    /// It is over.
    case resolved
  }

  package var kind: Kind
  package var alert: HealthAlert
  /// As it was known before; nil when it was not.
  package var before: AlertMark?
  package var place: AlertPlace
  /// Of the message.
  package var bytes: Int
  /// When it was taken from the topic, in monotonic nanoseconds.
  package var takenAt: UInt64

  package init(
    _ kind: Kind, _ alert: HealthAlert, before: AlertMark? = nil,
    place: AlertPlace = AlertPlace(partition: 0, offset: 0), bytes: Int = 0, takenAt: UInt64 = 0
  ) {
    self.kind = kind
    self.alert = alert
    self.before = before
    self.place = place
    self.bytes = bytes
    self.takenAt = takenAt
  }

  /// The alert's name for other programs: its fingerprint, or a digest of one that is none of ours.
  package var key: String { AlertChange.key(alert.fingerprint) }

  static func key(_ fingerprint: String) -> String {
    let isOurs = fingerprint.utf8.count == 16 && fingerprint.allSatisfy(\.isHexDigit)
    return isOurs ? fingerprint : WebhookSignature.digest(fingerprint)
  }

  /// The change's own name, the same each time it is delivered.
  package var id: String { "\(key)-\(alert.at.milliseconds)-\(kind.rawValue)" }
}
