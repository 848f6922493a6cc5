import Testing

@testable import ThermoclineDashboard

@Suite("Figures")
struct FigureTests {
  @Test func numbersHaveTheirDecimalsAndARealMinus() {
    #expect(Figure.number(1_234_567.84) == "1\u{202F}234\u{202F}567.8")
    #expect(Figure.number(-0.04) == "0.0")
    #expect(Figure.number(-12.25, decimals: 2) == "−12.25")
    #expect(Figure.number(.nan) == "–")
    #expect(Figure.number(nil) == "–")
    #expect(Figure.number(999.96) == "1\u{202F}000.0")
  }

  @Test func countsAreShownToTheirEnds() {
    #expect(Figure.count(-1_500) == "−1\u{202F}500")
    #expect(
      Figure.count(.min) == "−9\u{202F}223\u{202F}372\u{202F}036\u{202F}854\u{202F}775\u{202F}808")
  }

  @Test func signsAreShownWhereSomethingIsLeftOfTheNumber() {
    #expect(Figure.signed(3) == "+3.0")
    #expect(Figure.signed(0.01) == "0.0")
    #expect(Figure.signed(-3) == "−3.0")
  }

  @Test(arguments: [(0.4, 0.4), (1, 1), (1.1, 2), (93, 100), (101, 200), (4_100, 5_000)])
  func theTopOfAnAxisIsTheNextRoundNumber(value: Double, top: Double) {
    #expect(abs(Figure.roundTop(value) - top) < 1e-9)
  }

  @Test(arguments: [
    (0.068, "68 ms"), (0, "0 ms"), (2.41, "2.4 s"), (297.6, "5 min"), (12_600, "3.5 h"),
  ])
  func timeHasTheUnitThatSuitsIt(seconds: Double, text: String) {
    #expect(Figure.duration(seconds: seconds) == text)
  }

  @Test func nothingIsCertainThatIsOnlyNearlySo() {
    #expect(Figure.confidence(0.999_999) == "above 99.99 %")
    #expect(Figure.confidence(0.9989) == "99.89 %" && Figure.confidence(1) == "100.00 %")
    #expect(Figure.confidence(nil) == "–")
  }

  @Test func numbersForDrawingsAreShort() {
    #expect(Figure.plain(12) == "12")
    #expect(Figure.plain(-0.05) == "-0.05")
    #expect(Figure.plain(3.14159) == "3.14")
  }
}
