package import ThermoclineCore

/// JSON values written straight into a text, byte for byte as `JSONWriter` writes them.
extension TextBuffer {
  /// A string with its quotes.
  package mutating func append(quoted text: String) {
    append(Ascii.quote)
    let start = count
    append(text: text)
    escape(from: start)
    append(Ascii.quote)
  }

  /// Escapes what stands from `start` on; free unless something there needs it.
  package mutating func escape(from start: Int) {
    guard needsEscape(from: start) else { return }
    // Rare: through a writer.
    var text = TextBuffer(capacity: count - start)
    text.append(start..<count, of: self)
    var writer = JSONWriter()
    writer.value(text.string)
    truncate(to: start)
    append(Array(writer.bytes.dropFirst().dropLast()))
  }

  /// A finite number as people read it: see `JSONWriter.readable`. nil is null.
  package mutating func append(readable number: Double?) {
    guard let number else { return append("null") }
    guard number.magnitude < 1e9 else {
      var writer = JSONWriter()
      writer.value(number)
      return append(writer.bytes)
    }
    // Adding and taking away 1.5 × 2⁵² rounds to a whole number, ties to even, what is below 2⁵¹.
    let shift = 6_755_399_441_055_744.0
    append(decimal: Int64(number * 1_000_000 + shift - shift), places: 6)
  }
}
