internal import ThermoclineCodec

/// What a benchmark measured: named figures in order.
package protocol BenchResult: Sendable {
  /// Which benchmark, as the command line names it.
  var name: String { get }
  var figures: [BenchFigure] { get }
}

/// One figure of a result.
package struct BenchFigure: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case count(Int)
    case number(Double)
    case text(String)
    /// Rows of a table, all with the same names.
    case rows([[BenchFigure]])
  }
  /// The key in JSON; its words are what a person reads.
  package var name: String
  package var value: Value
  package var unit: String

  package init(_ name: String, _ value: Value, _ unit: String = "") {
    self.name = name
    self.value = value
    self.unit = unit
  }
}

extension BenchResult {
  /// As JSON on one line.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("bench")
    writer.value(name)
    for figure in figures { figure.write(to: &writer) }
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// For a person.
  package var text: String {
    (["bench \(name)"] + figures.flatMap { $0.lines(indent: "  ") }).joined(separator: "\n")
  }
}

extension BenchFigure {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.key(name)
    switch value {
    case .count(let count): writer.value(Int64(count))
    case .number(let number): writer.readable(number)
    case .text(let text): writer.value(text)
    case .rows(let rows):
      writer.beginArray()
      for row in rows {
        writer.beginObject()
        for figure in row { figure.write(to: &writer) }
        writer.endObject()
      }
      writer.endArray()
    }
  }

  fileprivate func lines(indent: String) -> [String] {
    guard case .rows(let rows) = value else {
      let gap = String(repeating: " ", count: max(1, 26 - words.count))
      return [indent + words + gap + shown]
    }
    return [indent + words]
      + rows.map { row in
        indent + "  " + row.map { "\($0.words) \($0.shown)" }.joined(separator: " · ")
      }
  }

  private var shown: String {
    let text =
      switch value {
      case .count(let count): FigureText.grouped(count)
      case .number(let number): Self.rounded(number)
      case .text(let text): text
      case .rows: ""
      }
    return unit.isEmpty ? text : "\(text) \(unit)"
  }

  /// About four significant digits.
  private static func rounded(_ number: Double) -> String {
    if number.magnitude >= 1_000 { return FigureText.grouped(Int(number.rounded())) }
    let places = number.magnitude >= 100 ? 10.0 : number.magnitude >= 1 ? 1_000 : 1_000_000
    return "\((number * places).rounded() / places)"
  }

  /// `eventsPerSecond` → `events per second`.
  private var words: String {
    name.reduce(into: "") { text, letter in
      let opensWord = letter.isUppercase && text.last?.isLowercase == true
      if opensWord { text.append(" ") }
      text.append(opensWord ? letter.lowercased() : String(letter))
    }
  }
}
