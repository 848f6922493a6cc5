import Thermocline

/// Progress of a long command: a line on a terminal, nothing in a pipe.
struct ProgressScreen {
  private let name: String
  private let unit: ProgressLine.Unit
  private let begun = monotonicNanoseconds()
  private let isTerminal: Bool
  private var lastShown: UInt64 = 0
  private var isOpen = false

  init(name: String, unit: ProgressLine.Unit = .bytes) {
    self.name = name
    self.unit = unit
    isTerminal = TerminalMode.ofStandardError() != .lines
  }

  mutating func show(done: Int, total: Int?) {
    let now = monotonicNanoseconds()
    guard isTerminal, now - lastShown > 200_000_000 else { return }
    lastShown = now
    isOpen = true
    let line = ProgressLine(
      name: name, unit: unit, done: done, total: total, elapsedNanoseconds: now - begun)
    let columns = TerminalSize.ofStandardOutput().columns
    StandardError.write(
      "\r" + line.line(columns: columns - 1).rendered(colours: false) + "\u{1B}[K")
  }

  mutating func close() {
    if isOpen { StandardError.write("\r\u{1B}[K") }
    isOpen = false
  }
}
