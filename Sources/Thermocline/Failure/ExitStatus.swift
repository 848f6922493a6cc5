/// How the command ends; the numbers follow BSD's sysexits where there is one.
package enum ExitStatus: Int32, Sendable, CaseIterable {
  case success = 0
  /// The command line is wrong.
  case usage = 64
  /// Input is damaged: a truncated or corrupt archive, a profile table with a broken line.
  case badData = 65
  /// Input is not there, is a folder, or holds nothing.
  case noInput = 66
  /// A broker or topic cannot be reached.
  case unavailable = 69
  /// A defect of this program.
  case internalError = 70
  /// Output cannot be written.
  case cannotWrite = 73
  /// A configuration or policy file is wrong.
  case configuration = 78
  /// Ended by SIGINT before it was done.
  case interrupted = 130
}
