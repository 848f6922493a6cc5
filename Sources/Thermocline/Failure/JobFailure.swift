/// Why a command cannot do what it was asked: one sentence that names the place and the remedy, and how the process
/// ends.
package struct JobFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package var status: ExitStatus
  package var message: String
  /// The brokers do not answer, or cannot do it now: waiting may mend it.
  package var isOutage: Bool

  package init(_ status: ExitStatus, _ message: String, isOutage: Bool = false) {
    self.status = status
    self.message = message
    self.isOutage = isOutage
  }

  package var description: String { message }
}
