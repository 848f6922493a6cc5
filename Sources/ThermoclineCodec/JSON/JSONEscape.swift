/// The escapes of JSON strings.
enum JSONEscape {
  /// Reads the escape whose backslash is at `start`: the character it stands for and where it ends.
  /// A surrogate pair is one escape; half a pair is a fault.
  static func read(
    at start: Int, in text: Span<UInt8>
  ) throws(JSONFault) -> (scalar: Unicode.Scalar, end: Int) {
    guard start + 1 < text.count else { throw fault("the text ends inside an escape", at: start) }
    switch text[start + 1] {
    case UInt8(ascii: "\""): return ("\"", start + 2)
    case UInt8(ascii: "\\"): return ("\\", start + 2)
    case UInt8(ascii: "/"): return ("/", start + 2)
    case UInt8(ascii: "b"): return ("\u{8}", start + 2)
    case UInt8(ascii: "f"): return ("\u{C}", start + 2)
    case UInt8(ascii: "n"): return ("\n", start + 2)
    case UInt8(ascii: "r"): return ("\r", start + 2)
    case UInt8(ascii: "t"): return ("\t", start + 2)
    case UInt8(ascii: "u"): return try readUnicode(at: start, in: text)
    default: throw fault("an unknown escape stands in a string", at: start)
    }
  }

  /// Calls `body` with each byte of the UTF-8 text that a string token stands for.
  static func decode(
    _ token: JSONStringToken, in text: Span<UInt8>, _ body: (UInt8) -> Void
  ) throws(JSONFault) {
    var at = token.range.lowerBound
    while at < token.range.upperBound {
      if text[at] == Ascii.backslash {
        let (scalar, end) = try read(at: at, in: text)
        for unit in UTF8.encode(scalar)! { body(unit) }
        at = end
      } else {
        body(text[at])
        at += 1
      }
    }
  }

  private static func readUnicode(
    at start: Int, in text: Span<UInt8>
  ) throws(JSONFault) -> (scalar: Unicode.Scalar, end: Int) {
    let first = try codeUnit(at: start, in: text)
    if let scalar = Unicode.Scalar(UInt32(first)) { return (scalar, start + 6) }
    guard UTF16.isLeadSurrogate(first), start + 7 < text.count, text[start + 6] == Ascii.backslash,
      text[start + 7] == UInt8(ascii: "u"),
      case let second = try codeUnit(at: start + 6, in: text), UTF16.isTrailSurrogate(second)
    else { throw fault("half of a surrogate pair stands in a string", at: start) }
    return (UTF16.decode(UTF16.EncodedScalar([first, second])), start + 12)
  }

  /// The four hexadecimal digits of the `\u` escape at `start`.
  private static func codeUnit(
    at start: Int, in text: Span<UInt8>
  ) throws(JSONFault) -> UInt16 {
    guard start + 6 <= text.count else { throw fault("the text ends inside an escape", at: start) }
    var unit: UInt16 = 0
    for i in start + 2..<start + 6 {
      let byte = text[i]
      let digit: UInt8
      switch byte {
      case Ascii.zero...Ascii.nine: digit = byte - Ascii.zero
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw fault("an escape has something else than four hexadecimal digits", at: start)
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private static func fault(_ detail: String, at offset: Int) -> JSONFault {
    JSONFault(kind: .notJSON, offset: offset, detail: detail)
  }
}
