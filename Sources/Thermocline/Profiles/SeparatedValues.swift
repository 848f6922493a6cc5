/// Splits a comma-separated table as RFC 4180 writes it: fields may be quoted, a quoted field may
/// hold commas, line ends and doubled quotes. Strict: a quote inside an unquoted field, text after
/// a closing quote and a quote that never closes are errors. Lines end with LF or CRLF; a byte
/// order mark at the beginning and empty lines are skipped.
///
/// Our own because every error has to name its line: the SwiftCSV package (0.10.0) reports none,
/// pads rows that are too short, accepts quotes that never close, strips spaces, takes a comma
/// followed by a combining mark for no comma, and needs Foundation.
struct SeparatedValues {
  struct Row: Equatable {
    /// Line on which the row begins, from 1.
    var line: Int
    var fields: [String]
  }

  enum Fault: Error, Equatable {
    case invalidUTF8
    case quoteInField
    case textAfterQuote
    case openQuote
  }

  /// Where a fault is: line from 1, column (number of the field) from 1.
  struct Failure: Error, Equatable {
    var fault: Fault
    var line: Int
    var column: Int
  }

  private static let quote: UInt8 = 0x22
  private static let comma: UInt8 = 0x2C
  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D

  private let bytes: [UInt8]
  private var position: Int
  private var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next row that is not an empty line; nil at the end.
  mutating func next() throws(Failure) -> Row? {
    while position < bytes.count, skipLineEnd() {}
    guard position < bytes.count else { return nil }
    var row = Row(line: line, fields: [])
    while true {
      row.fields.append(try field(column: row.fields.count + 1))
      if position < bytes.count, bytes[position] == Self.comma {
        position += 1
      } else {
        _ = skipLineEnd()
        return row
      }
    }
  }

  /// Reads one field and stands on the comma, the line end or the end behind it.
  private mutating func field(column: Int) throws(Failure) -> String {
    if position < bytes.count, bytes[position] == Self.quote {
      return try quotedField(column: column)
    }
    let start = position
    while position < bytes.count, bytes[position] != Self.comma, !isAtLineEnd {
      if bytes[position] == Self.quote {
        throw Failure(fault: .quoteInField, line: line, column: column)
      }
      position += 1
    }
    return try text(Array(bytes[start..<position]), line: line, column: column)
  }

  private mutating func quotedField(column: Int) throws(Failure) -> String {
    let firstLine = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != Self.quote {
        if byte == Self.lineFeed { line += 1 }
        content.append(byte)
      } else if position < bytes.count, bytes[position] == Self.quote {
        position += 1
        content.append(Self.quote)
      } else {
        guard position == bytes.count || bytes[position] == Self.comma || isAtLineEnd else {
          throw Failure(fault: .textAfterQuote, line: line, column: column)
        }
        return try text(content, line: firstLine, column: column)
      }
    }
    throw Failure(fault: .openQuote, line: firstLine, column: column)
  }

  private var isAtLineEnd: Bool {
    if bytes[position] == Self.lineFeed { return true }
    return bytes[position] == Self.carriageReturn && position + 1 < bytes.count
      && bytes[position + 1] == Self.lineFeed
  }

  /// Steps over one line end; false where there is none.
  private mutating func skipLineEnd() -> Bool {
    guard position < bytes.count, isAtLineEnd else { return false }
    position += bytes[position] == Self.lineFeed ? 1 : 2
    line += 1
    return true
  }

  private func text(_ content: [UInt8], line: Int, column: Int) throws(Failure) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      throw Failure(fault: .invalidUTF8, line: line, column: column)
    }
    return text
  }
}
