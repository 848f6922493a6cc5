package import ThermoclineCore

/// Why a message of a topic keyed by account is refused: no profile, or no override.
package struct ProfileFault: Error, Sendable, Equatable {
  /// The stable code, the same as of refused events.
  package var reason: RefusalReason
  /// What exactly is wrong, naming the field.
  package var detail: String

  init(_ reason: RefusalReason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }
}
