internal import ThermoclineCore

/// The module's one exact JSON reader (RFC 8259): a cursor that takes one token after the other.
///
/// It holds no text; every call names the text it walks on, which must be the same valid UTF-8 each
/// time. Nothing is allocated and nothing is converted: tokens are places in the text.
struct JSONScanner {
  /// The next byte to read.
  var position: Int
  /// Arrays and objects open around the cursor.
  private(set) var depth = 0

  init(at position: Int = 0) { self.position = position }

  /// Moves over spaces, tabs and line ends.
  mutating func skipWhitespace(in text: Span<UInt8>) {
    while position < text.count, Ascii.isWhitespace(text[position]) { position += 1 }
  }

  /// The byte at the cursor; nil at the end of the text.
  func peek(in text: Span<UInt8>) -> UInt8? {
    position < text.count ? text[position] : nil
  }

  /// What the value at the cursor is. Throws when no value starts here.
  func kind(in text: Span<UInt8>) throws(JSONFault) -> JSONKind {
    guard let byte = peek(in: text) else { throw fault("the text ends where a value is expected") }
    switch byte {
    case Ascii.openBrace: return .object
    case Ascii.openBracket: return .array
    case Ascii.quote: return .string
    case Ascii.minus, Ascii.zero...Ascii.nine: return .number
    case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "f"): return .literal
    default: throw fault("a value is expected")
    }
  }

  /// Walks over an object: `member` is called with each key, the cursor at its value, and must move
  /// the cursor past that value.
  mutating func object(
    in text: Span<UInt8>,
    member: (inout JSONScanner, JSONStringToken) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try open()
    skipWhitespace(in: text)
    if take(Ascii.closeBrace, in: text) { return close() }
    while true {
      guard peek(in: text) == Ascii.quote else {
        throw fault("a key in quotation marks is expected")
      }
      let key = try string(in: text)
      skipWhitespace(in: text)
      guard take(Ascii.colon, in: text) else { throw fault("a colon is expected after a key") }
      skipWhitespace(in: text)
      try member(&self, key)
      skipWhitespace(in: text)
      if take(Ascii.closeBrace, in: text) { return close() }
      guard take(Ascii.comma, in: text) else {
        throw fault("a comma or a closing brace is expected after a member")
      }
      skipWhitespace(in: text)
    }
  }

  /// Walks over an array: `element` is called with the cursor at each element and must move it past
  /// it.
  mutating func array(
    in text: Span<UInt8>, element: (inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try open()
    skipWhitespace(in: text)
    if take(Ascii.closeBracket, in: text) { return close() }
    while true {
      try element(&self)
      skipWhitespace(in: text)
      if take(Ascii.closeBracket, in: text) { return close() }
      guard take(Ascii.comma, in: text) else {
        throw fault("a comma or a closing bracket is expected after an element")
      }
      skipWhitespace(in: text)
    }
  }

  /// Takes the string at the cursor, which stands at its quotation mark.
  mutating func string(in text: Span<UInt8>) throws(JSONFault) -> JSONStringToken {
    var at = position + 1
    let start = at
    var hasEscapes = false
    while at < text.count {
      let byte = text[at]
      if byte == Ascii.quote {
        position = at + 1
        return JSONStringToken(range: start..<at, hasEscapes: hasEscapes)
      }
      if byte == Ascii.backslash {
        hasEscapes = true
        at = try JSONEscape.read(at: at, in: text).end
      } else if byte < 0x20 {
        throw fault("a control character stands unescaped in a string", at: at)
      } else {
        at += 1
      }
    }
    throw fault("the text ends inside a string", at: text.count)
  }

  /// Takes the number at the cursor.
  mutating func number(in text: Span<UInt8>) throws(JSONFault) -> JSONNumberToken {
    let start = position
    _ = take(Ascii.minus, in: text)
    if !take(Ascii.zero, in: text) { try digits("a digit is expected", in: text) }
    var isPlainInteger = true
    if take(Ascii.point, in: text) {
      isPlainInteger = false
      try digits("a digit is expected after a decimal point", in: text)
    }
    if take(UInt8(ascii: "e"), in: text) || take(UInt8(ascii: "E"), in: text) {
      isPlainInteger = false
      if !take(Ascii.plus, in: text) { _ = take(Ascii.minus, in: text) }
      try digits("a digit is expected in an exponent", in: text)
    }
    return JSONNumberToken(range: start..<position, isPlainInteger: isPlainInteger)
  }

  /// Takes the word at the cursor.
  mutating func literal(in text: Span<UInt8>) throws(JSONFault) -> JSONLiteral {
    if takeWord("null", in: text) { return .null }
    if takeWord("true", in: text) { return .true }
    if takeWord("false", in: text) { return .false }
    throw fault("a value is expected")
  }

  /// Moves past the value at the cursor, whatever it is, checking all of it.
  mutating func skipValue(in text: Span<UInt8>) throws(JSONFault) {
    switch try kind(in: text) {
    case .string: _ = try string(in: text)
    case .number: _ = try number(in: text)
    case .literal: _ = try literal(in: text)
    case .object:
      try object(in: text) { (scanner, _) throws(JSONFault) in try scanner.skipValue(in: text) }
    case .array:
      try array(in: text) { (scanner) throws(JSONFault) in try scanner.skipValue(in: text) }
    }
  }

  /// A fault of grammar at the cursor, or at `offset`.
  func fault(_ detail: String, at offset: Int? = nil) -> JSONFault {
    JSONFault(kind: .notJSON, offset: offset ?? position, detail: detail)
  }

  private mutating func open() throws(JSONFault) {
    guard depth < Limits.nestingMax else {
      throw JSONFault(
        kind: .nestingTooDeep, offset: position,
        detail: "arrays and objects stand more than \(Limits.nestingMax) deep")
    }
    depth += 1
    position += 1
  }

  private mutating func close() { depth -= 1 }

  private mutating func take(_ byte: UInt8, in text: Span<UInt8>) -> Bool {
    guard peek(in: text) == byte else { return false }
    position += 1
    return true
  }

  private mutating func takeWord(_ word: StaticString, in text: Span<UInt8>) -> Bool {
    let length = word.utf8CodeUnitCount
    guard text.count - position >= length else { return false }
    // SAFETY: a literal's bytes live as long as the program, and `i` stays below their count.
    for i in 0..<length where unsafe text[position + i] != word.utf8Start[i] { return false }
    position += length
    return true
  }

  private mutating func digits(
    _ expectation: String, in text: Span<UInt8>
  ) throws(JSONFault) {
    let start = position
    while position < text.count, Ascii.isDigit(text[position]) { position += 1 }
    if position == start { throw fault(expectation) }
  }
}
