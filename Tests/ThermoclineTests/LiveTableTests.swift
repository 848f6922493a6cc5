import Testing

@testable import Thermocline

@Suite("Live table")
struct LiveTableTests {
  private final class Output {
    var writes: [String] = []
  }

  private let size = TerminalSize(columns: 10, rows: 2)
  private let second: UInt64 = 1_000_000_000

  private func table(_ mode: TerminalMode, _ output: Output) -> LiveTable {
    LiveTable(mode: mode, lineNanoseconds: 5 * second) { output.writes.append($0) }
  }

  @Test func aScreenIsRedrawnInPlaceFiveTimesASecondAtMost() {
    let output = Output()
    var table = table(.screen(colours: false), output)
    for tick in 0...20 {
      table.draw(
        [StyledLine("frame \(tick)")], plain: "", size: size,
        now: 7 * second + UInt64(tick) * 50_000_000)
    }
    // 0, 200, 400, 600, 800 and 1,000 ms.
    #expect(output.writes.count == 6)
    #expect(output.writes[0].hasPrefix("\u{1B}[?1049h\u{1B}[?25l"))
    #expect(output.writes[1].contains("\u{1B}[Hframe 4\u{1B}[K"))
    #expect(!output.writes[1].contains("1049"))
  }

  @Test func framesAreCutToTheTerminal() {
    let output = Output()
    var table = table(.screen(colours: false), output)
    table.draw(
      [StyledLine("0123456789ab"), StyledLine("b"), StyledLine("beyond")], plain: "", size: size,
      now: 0)
    #expect(output.writes[0].contains("012345678…\u{1B}[K\r\nb\u{1B}[K\u{1B}[J"))
    #expect(!output.writes[0].contains("beyond"))
  }

  @Test func closingGivesTheTerminalBackOnce() {
    let output = Output()
    var table = table(.screen(colours: true), output)
    table.close()
    #expect(output.writes.isEmpty)
    table.draw([StyledLine("last")], plain: "", size: size, now: 0)
    table.close()
    table.close()
    #expect(output.writes.count == 2)
    #expect(output.writes[1] == "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049llast\n")
  }

  @Test func elsewhereAPlainLineIsWrittenNowAndThen() {
    let output = Output()
    var table = table(.lines, output)
    for tick in 0...10 {
      table.draw(
        [StyledLine("x", .red)], plain: "line \(tick)", size: size, now: UInt64(tick) * second)
    }
    table.draw([], plain: "end", size: size, now: 10 * second, isLast: true)
    table.close()
    #expect(output.writes == ["line 0\n", "line 5\n", "line 10\n", "end\n"])
  }

  @Test func theModeFollowsTheTerminalAndTheEnvironment() {
    func mode(_ isTerminal: Bool, _ term: String?, _ noColour: String?) -> TerminalMode {
      TerminalMode.mode(isTerminal: isTerminal, term: term, noColour: noColour)
    }
    #expect(mode(true, "xterm", nil) == .screen(colours: true))
    #expect(mode(true, "xterm", "") == .screen(colours: true))
    #expect(mode(true, "xterm", "1") == .screen(colours: false))
    #expect(mode(true, "dumb", nil) == .lines)
    #expect(mode(false, "xterm", nil) == .lines)
  }
}
