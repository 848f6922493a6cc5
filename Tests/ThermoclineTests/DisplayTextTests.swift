import Testing

@testable import Thermocline

@Suite("Text of known width")
struct DisplayTextTests {
  /// Constants from wcswidth of glibc 2.36 in C.UTF-8.
  @Test(arguments: [
    ("acme", 4), ("", 0), ("日本電気", 8), ("ｱｸﾒ", 3), ("Ａ", 2), ("한국", 4), ("é", 1),
    ("e\u{301}", 1), ("🚀", 2), ("Ärzte", 5), ("●─▁…", 4), ("שלום", 4), ("नमस्ते", 4),
  ])
  func widths(_ text: String, _ columns: Int) {
    #expect(DisplayText(text).width == columns)
  }

  @Test(arguments: [
    ("a\u{1B}[31mb", "a�[31mb"), ("a\nb\tc\u{7F}\u{9B}", "a�b�c��"),
    ("safe\u{202E}gpj.exe", "safe�gpj.exe"), ("\u{2066}x\u{2069}", "�x�"), ("\u{200F}a", "�a"),
    ("a\u{200B}b\u{FEFF}c", "abc"), ("a\u{2028}b", "a�b"), ("🇩🇪", "DE"),
    ("👩\u{200D}🚀", "👩🚀"), ("👍🏽", "👍"), ("a\u{301}\u{302}\u{303}\u{304}", "a\u{301}\u{302}"),
    ("\u{301}a", "a"),
  ])
  func whatCouldDeceiveIsNeutralised(_ text: String, _ expected: String) {
    let safe = DisplayText(text).text
    #expect(Array(safe.unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test func neutralisedTextStaysAsItIs() {
    let once = DisplayText("a\u{1B}\u{202E}🇩🇪é\u{301}日").text
    #expect(DisplayText(once).text == once)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abc", 1, "…"), ("abc", 0, ""),
    ("日本電気", 7, "日本電…"), ("日本電気", 6, "日本…"), ("日本電気", 8, "日本電気"),
  ])
  func cuttingShowsASign(_ text: String, _ columns: Int, _ expected: String) {
    let cut = DisplayText(text).truncated(to: columns)
    #expect(cut.text == expected)
    #expect(cut.width <= columns)
    #expect(DisplayText(cut.text).width == cut.width)
  }

  @Test func fittedTextIsExactlyAsWide() {
    #expect(DisplayText("日本電気").fitted(to: 6).text == "日本… ")
    #expect(DisplayText("7").fitted(to: 3, onRight: true).text == "  7")
    #expect(DisplayText("ab").fitted(to: 4).text == "ab  ")
  }
}
