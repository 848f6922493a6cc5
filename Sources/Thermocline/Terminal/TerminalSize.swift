#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Columns and rows of a terminal.
package struct TerminalSize: Sendable, Equatable {
  /// Used when the terminal does not tell.
  package static let fallback = TerminalSize(columns: 100, rows: 30)

  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// The present size of the terminal at standard output; it changes when the user resizes it.
  package static func ofStandardOutput() -> TerminalSize {
    var size = winsize()
    // SAFETY: TIOCGWINSZ writes one `winsize`, for which `size` has room during the call.
    let result = unsafe withUnsafeMutablePointer(to: &size) {
      unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), $0)
    }
    guard result == 0, size.ws_col > 0, size.ws_row > 0 else { return fallback }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }
}
