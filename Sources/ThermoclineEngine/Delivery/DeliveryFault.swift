/// Why a step of a delivery failed, told by what follows from it.
package struct DeliveryFault: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Kind: Sendable, CaseIterable {
    /// Nothing has changed; the same step may succeed when it is made again.
    case retriable
    /// The transaction is certainly not committed, and can only be aborted.
    case abortable
    /// The group does not count this process among its members, or counts it no longer: nothing may be committed.
    case lost
    /// No answer, or a producer that is not usable any more: the step may have had its effect, may have it later, or
    /// never.
    case indefinite
    /// Another process has taken over the transactional id.
    case fenced
    /// Nothing the job does will mend it.
    case refused
  }

  package var kind: Kind
  /// The brokers do not answer, or cannot do it now: it is waited for, as long as it takes.
  package var isOutage: Bool
  /// What happened, for a person.
  package var description: String

  package init(_ kind: Kind, _ description: String, isOutage: Bool = false) {
    self.kind = kind
    self.isOutage = isOutage
    self.description = description
  }
}
