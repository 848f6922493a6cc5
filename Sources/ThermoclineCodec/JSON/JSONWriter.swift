package import ThermoclineCore

/// Writes JSON into a buffer that is used again and again. The same calls give the same bytes.
///
/// Commas are the writer's business; that keys and values alternate and brackets match is the
/// caller's.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

  /// Makes the buffer empty and keeps its memory.
  package mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  package mutating func beginObject() { open(Ascii.openBrace) }
  package mutating func endObject() { close(Ascii.closeBrace) }
  package mutating func beginArray() { open(Ascii.openBracket) }
  package mutating func endArray() { close(Ascii.closeBracket) }

  /// Ends a line of newline-delimited JSON.
  package mutating func endLine() {
    bytes.append(Ascii.lineFeed)
    needsComma = false
  }

  /// A key; its value follows.
  package mutating func key(_ name: String) {
    separate()
    quote(name)
    bytes.append(Ascii.colon)
    needsComma = false
  }

  /// A key without characters that need an escape.
  package mutating func key(_ name: StaticString) {
    separate()
    bytes.append(Ascii.quote)
    append(name)
    bytes.append(Ascii.quote)
    bytes.append(Ascii.colon)
    needsComma = false
  }

  package mutating func value(_ text: String?) {
    separate()
    if let text { quote(text) } else { append("null") }
  }

  package mutating func value(_ flag: Bool) {
    separate()
    append(flag ? "true" : "false")
  }

  package mutating func value(_ number: Int64) {
    separate()
    if number < 0 { bytes.append(Ascii.minus) }
    append(digitsOf: number.magnitude, atLeast: 1)
  }

  /// The shortest decimal number that reads back as this one. `number` is finite.
  package mutating func value(_ number: Double) {
    precondition(number.isFinite, "a number that leaves the job is finite")
    separate()
    if number.magnitude < 9e15, number == number.rounded(.towardZero) {
      append(decimal: Int64(number), places: 0)
    } else {
      bytes.append(contentsOf: number.description.utf8)
    }
  }

  /// A finite number as people read it: below 10⁹ in magnitude the nearest multiple of a millionth,
  /// ties to even, without an exponent; larger ones as they are. nil is null.
  package mutating func readable(_ number: Double?) {
    guard let number else { return null() }
    guard number.magnitude < 1e9 else { return value(number) }
    value(units: Int64((number * 1_000_000).rounded(.toNearestOrEven)), places: 6)
  }

  /// Points, exactly: up to four decimals. nil is null.
  package mutating func value(_ points: Points?) {
    guard let points else { return null() }
    value(units: points.tenThousandths, places: 4)
  }

  /// The decimal number units · 10^−places, exactly and without trailing zeros.
  package mutating func value(units: Int64, places: Int) {
    separate()
    append(decimal: units, places: places)
  }

  /// RFC 3339, UTC, milliseconds. nil is null.
  package mutating func value(_ time: EventTime?) {
    guard let time else { return null() }
    separate()
    bytes.append(Ascii.quote)
    bytes.append(contentsOf: time.rfc3339)
    bytes.append(Ascii.quote)
  }

  /// A value that was written before.
  package mutating func raw(_ json: [UInt8]) {
    separate()
    bytes.append(contentsOf: json)
  }

  package mutating func null() {
    separate()
    append("null")
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(Ascii.comma) }
    needsComma = true
  }

  private mutating func quote(_ text: String) {
    bytes.append(Ascii.quote)
    // Most text is plain and copied whole; one byte that needs an escape sends it the slow way.
    // SAFETY: the storage lives for the call and is only read.
    let isPlain = unsafe text.utf8.withContiguousStorageIfAvailable { text in
      let needsEscape = unsafe text.contains {
        $0 < 0x20 || $0 == Ascii.quote || $0 == Ascii.backslash
      }
      if !needsEscape { unsafe bytes.append(contentsOf: text) }
      return !needsEscape
    }
    if isPlain != true { escape(text) }
    bytes.append(Ascii.quote)
  }

  private mutating func escape(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case Ascii.quote, Ascii.backslash:
        bytes.append(Ascii.backslash)
        bytes.append(byte)
      case Ascii.lineFeed: append("\\n")
      case Ascii.carriageReturn: append("\\r")
      case UInt8(ascii: "\t"): append("\\t")
      case 0..<0x20:
        append(byte < 16 ? "\\u000" : "\\u001")
        bytes.append("0123456789abcdef".utf8.map { $0 }[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
  }

  private mutating func append(_ text: StaticString) {
    // SAFETY: a literal's bytes live as long as the program.
    text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func append(decimal units: Int64, places: Int) {
    var (whole, rest) = (units.magnitude, UInt64(0))
    var unit: UInt64 = 1
    for _ in 0..<places { unit *= 10 }
    (whole, rest) = whole.quotientAndRemainder(dividingBy: unit)
    if units < 0 { bytes.append(Ascii.minus) }
    append(digitsOf: whole, atLeast: 1)
    if rest == 0 { return }
    var width = places
    while rest % 10 == 0 {
      rest /= 10
      width -= 1
    }
    bytes.append(Ascii.point)
    append(digitsOf: rest, atLeast: width)
  }

  private mutating func append(digitsOf number: UInt64, atLeast width: Int) {
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(Ascii.zero + UInt8(rest % 10))
      rest /= 10
    } while rest > 0 || bytes.count - start < width
    bytes[start...].reverse()
  }
}

extension JSONWriter {
  /// An array of objects, each with the fields that are written for it.
  package mutating func objects<Element>(
    _ elements: [Element], _ write: (Element, inout JSONWriter) -> Void
  ) {
    beginArray()
    for element in elements {
      beginObject()
      write(element, &self)
      endObject()
    }
    endArray()
  }
}
