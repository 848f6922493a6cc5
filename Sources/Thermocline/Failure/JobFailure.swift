/// Why a command cannot do what it was asked: one sentence that names the place and the remedy, and how the process
/// ends.
package struct JobFailure: Error, Sendable, Equatable, CustomStringConvertible {
  package var status: ExitStatus
  package var message: String

  package init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  package var description: String { message }
}
