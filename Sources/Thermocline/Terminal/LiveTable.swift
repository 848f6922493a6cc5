/// Shows a changing screen. On a terminal it is redrawn in place, at most five times a second, on
/// the alternate screen so that the user's scrollback stays as it was; elsewhere a plain line is
/// written now and then. Reads no clock: the caller passes monotonic nanoseconds. Not for use by
/// two threads.
package struct LiveTable {
  /// Shortest time between two redraws.
  package static let redrawNanoseconds: UInt64 = 200_000_000

  private let mode: TerminalMode
  private let lineNanoseconds: UInt64
  private let write: (String) -> Void
  private var lastDrawn: UInt64?
  private var lastScreen: [String] = []
  private var isOpen = false

  /// `lineNanoseconds`: shortest time between two plain lines. `write` takes what goes to the
  /// output.
  package init(
    mode: TerminalMode, lineNanoseconds: UInt64 = 5_000_000_000,
    write: @escaping (String) -> Void = StandardOutput.write
  ) {
    self.mode = mode
    self.lineNanoseconds = lineNanoseconds
    self.write = write
  }

  /// True when `draw` at this time would show something; saves making the snapshot otherwise.
  package func isDue(now: UInt64) -> Bool {
    guard let lastDrawn else { return true }
    return now >= lastDrawn
      && now - lastDrawn >= (mode == .lines ? lineNanoseconds : Self.redrawNanoseconds)
  }

  /// Shows `lines`, or `plain` where there is no terminal, when it is due or `isLast`. Lines beyond
  /// `size` are cut.
  package mutating func draw(
    _ lines: [StyledLine], plain: String, size: TerminalSize, now: UInt64, isLast: Bool = false
  ) {
    guard isLast || isDue(now: now) else { return }
    lastDrawn = now
    guard case .screen(let colours) = mode else {
      write(plain + "\n")
      return
    }
    lastScreen = lines.prefix(size.rows).map {
      $0.truncated(to: size.columns).rendered(colours: colours)
    }
    var output = isOpen ? "" : Control.enter
    isOpen = true
    output += Control.beginFrame + Control.home
    output += lastScreen.joined(separator: Control.eraseRight + "\r\n")
    output += Control.eraseRight + Control.eraseBelow + Control.endFrame
    write(output)
  }

  /// Gives the terminal back: visible cursor, the user's own screen, the last drawing below it.
  /// Call it on every way out, also after an interrupt; further calls do nothing.
  package mutating func close() {
    guard isOpen else { return }
    isOpen = false
    write(Control.leave + lastScreen.map { $0 + "\n" }.joined())
  }

  /// Control sequences (ECMA-48 and the private modes of xterm).
  private enum Control {
    static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    static let leave = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
    static let home = "\u{1B}[H"
    static let eraseRight = "\u{1B}[K"
    static let eraseBelow = "\u{1B}[J"
    /// Terminals that know synchronized output show the frame at once; others ignore it.
    static let beginFrame = "\u{1B}[?2026h"
    static let endFrame = "\u{1B}[?2026l"
  }
}
