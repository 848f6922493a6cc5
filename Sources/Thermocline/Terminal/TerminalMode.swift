#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What standard output can show.
package enum TerminalMode: Sendable, Equatable {
  /// A terminal: the screen is redrawn in place.
  case screen(colours: Bool)
  /// A file or a pipe: now and then a plain line.
  case lines

  /// How the process' standard output is connected: a screen when it is a terminal that is not
  /// `dumb`, in colours unless NO_COLOR is set (https://no-color.org: to anything but nothing).
  package static func ofStandardOutput() -> TerminalMode { of(STDOUT_FILENO) }

  /// The same for standard error, where progress goes.
  package static func ofStandardError() -> TerminalMode { of(STDERR_FILENO) }

  private static func of(_ descriptor: Int32) -> TerminalMode {
    mode(
      isTerminal: isatty(descriptor) == 1, term: environment("TERM"),
      noColour: environment("NO_COLOR"))
  }

  /// The same from what is known of the terminal.
  static func mode(isTerminal: Bool, term: String?, noColour: String?) -> TerminalMode {
    guard isTerminal, term != "dumb" else { return .lines }
    return .screen(colours: noColour?.isEmpty ?? true)
  }

  private static func environment(_ name: String) -> String? {
    // SAFETY: getenv gives nil or a terminated string, copied at once; the environment is not
    // written.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
