import Testing

@testable import Thermocline

@Suite("Styled lines")
struct StyledLineTests {
  private var line: StyledLine {
    var line = StyledLine("red", .red)
    line.append(" and ")
    line.append("bold", .bold)
    return line
  }

  @Test func coloursOnlyWhereAllowed() {
    #expect(line.rendered(colours: false) == "red and bold")
    #expect(
      line.rendered(colours: true) == "\u{1B}[31mred\u{1B}[0m and \u{1B}[1mbold\u{1B}[0m")
  }

  @Test func cuttingCountsAllPieces() {
    let whole = "red and bold"
    for columns in 0...14 {
      let cut = line.truncated(to: columns)
      #expect(cut.width <= columns)
      let expected =
        columns >= whole.count
        ? whole
        : columns == 0 ? "" : String(whole.prefix(columns - 1)) + "…"
      #expect(cut.rendered(colours: false) == expected)
    }
  }

  @Test func spacesAtTheEndAreNotWritten() {
    var line = StyledLine("a  ")
    line.append("   ", .red)
    #expect(line.rendered(colours: true) == "a")
    #expect(line.width == 6)
  }
}
