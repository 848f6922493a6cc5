import Testing

@testable import Thermocline

@Suite("Comma-separated values")
struct SeparatedValuesTests {
  private func rows(_ text: String) throws -> [SeparatedValues.Row] {
    var values = SeparatedValues(Array(text.utf8))
    var rows: [SeparatedValues.Row] = []
    while let row = try values.next() { rows.append(row) }
    return rows
  }

  /// The examples of RFC 4180 section 2, rules 1, 2, 5, 6 and 7.
  @Test func examplesOfTheStandard() throws {
    for text in ["aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "aaa,bbb,ccc\r\nzzz,yyy,xxx"] {
      #expect(try rows(text).map(\.fields) == [["aaa", "bbb", "ccc"], ["zzz", "yyy", "xxx"]])
    }
    #expect(
      try rows("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx").map(\.fields)
        == [["aaa", "bbb", "ccc"], ["zzz", "yyy", "xxx"]])
    #expect(
      try rows("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx")
        == [
          .init(line: 1, fields: ["aaa", "b\r\nbb", "ccc"]),
          .init(line: 3, fields: ["zzz", "yyy", "xxx"]),
        ])
    #expect(try rows("\"aaa\",\"b\"\"bb\",\"ccc\"").map(\.fields) == [["aaa", "b\"bb", "ccc"]])
  }

  @Test func edgesAreFields() throws {
    #expect(try rows("\u{FEFF}a,,\n,\n\"\"").map(\.fields) == [["a", "", ""], ["", ""], [""]])
    #expect(try rows(" a , b\n").map(\.fields) == [[" a ", " b"]])
    // A comma before a combining mark is one character to Swift and still a comma.
    #expect(try rows("a,\u{301}b").map(\.fields) == [["a", "\u{301}b"]])
    #expect(try rows("a\u{2028}b").map(\.fields) == [["a\u{2028}b"]])
    #expect(try rows("a\rb\n").map(\.fields) == [["a\rb"]])
    #expect(try rows("").isEmpty)
  }
}
