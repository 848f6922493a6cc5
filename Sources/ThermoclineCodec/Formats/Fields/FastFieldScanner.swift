internal import ThermoclineCore

/// Finds the fields a format asks for in one object, in one pass over its bytes, checking all of
/// it.
///
/// It answers only what the exact reader would answer too: whatever is unusual (an escape in a key
/// that matters, a surrogate pair, a key that stands twice, JSON inside of text, anything that is
/// wrong) is "don't know" and left to that reader. Whether text is UTF-8 is left to the caller,
/// who asks `hasNonASCII`.
///
/// Each loop asks for the end of the text before it reads on, so that no read begins more than
/// `MessageText.overrun` past it; what was found there comes out as a position past the end.
struct FastFieldScanner {
  private let text: MessageText
  private let tree: FieldTree.View
  private var position: Int
  /// Objects and arrays open around the cursor.
  private var depth = 0
  /// The node met last, which tells the likely next one.
  private var last = 0
  /// The nodes met.
  private var seen: UInt64 = 0
  private(set) var hasNonASCII = false

  /// Fills `found` from the object at `start` and returns the position after it; nil for "don't
  /// know".
  static func scan(
    _ text: MessageText, at start: Int, tree: FieldTree.View, into found: inout FoundValues,
    hasNonASCII: inout Bool
  ) -> Int? {
    guard text.byte(at: start) == Ascii.openBrace else { return nil }
    var scanner = FastFieldScanner(text: text, tree: tree, position: start)
    guard scanner.object(0, &found), scanner.position <= text.end else { return nil }
    hasNonASCII = scanner.hasNonASCII
    return scanner.position
  }

  private init(text: MessageText, tree: FieldTree.View, position: Int) {
    self.text = text
    self.tree = tree
    self.position = position
  }

  /// The object at the cursor, which belongs to a node.
  private mutating func object(_ node: Int, _ found: inout FoundValues) -> Bool {
    guard depth < Limits.nestingMax else { return false }
    depth &+= 1
    position &+= 1
    skipSpace()
    if text.byte(at: position) == Ascii.closeBrace { return close() }
    while position < text.end {
      let likely = tree.likelyChild(of: node, after: last, in: text, at: position)
      if likely != 0 {
        position &+= Int(tree[likely].writtenLength)
        skipSpace()
        last = likely
        guard position < text.end, value(likely, &found) else { return false }
      } else {
        guard text.byte(at: position) == Ascii.quote else { return false }
        let start = position &+ 1
        guard plainString() else { return false }
        let child = tree.child(of: node, in: text, at: start, length: position &- 1 &- start)
        guard colon() else { return false }
        if child == 0 {
          guard skipValue() else { return false }
        } else {
          tree.note(child, after: last)
          last = child
          guard value(child, &found) else { return false }
        }
      }
      skipSpace()
      let byte = text.byte(at: position)
      if byte == Ascii.closeBrace { return close() }
      guard byte == Ascii.comma else { return false }
      position &+= 1
      skipSpace()
    }
    return false
  }

  /// The value of a field that matters.
  private mutating func value(_ node: Int, _ found: inout FoundValues) -> Bool {
    let bit = (1 as UInt64) << UInt64(truncatingIfNeeded: node)
    guard seen & bit == 0 else { return false }
    seen |= bit
    let start = position
    switch text.byte(at: position) {
    case Ascii.quote:
      var hasEscapes = false
      guard !tree[node].isEmbedded, string(&hasEscapes) else { return false }
      note(tree[node].slot, hasEscapes ? .escapedText : .text, start &+ 1, position &- 1, &found)
    case Ascii.openBrace:
      guard tree[node].childrenCount > 0 ? object(node, &found) : skipContainer() else {
        return false
      }
      note(tree[node].slot, .object, start, position, &found)
    case Ascii.openBracket:
      guard !tree[node].hasIndices, skipContainer() else { return false }
      note(tree[node].slot, .array, start, position, &found)
    case UInt8(ascii: "n"): return literal(ByteWord.of("n", "u", "l", "l"), length: 4)
    case UInt8(ascii: "t"), UInt8(ascii: "f"):
      guard skipScalar() else { return false }
      note(tree[node].slot, .bool, start, position, &found)
    default:
      var isInteger = true
      guard number(&isInteger) else { return false }
      note(tree[node].slot, isInteger ? .integer : .number, start, position, &found)
    }
    return true
  }

  @inline(__always) private func note(
    _ slot: UInt8, _ kind: FoundValue.Kind, _ start: Int, _ end: Int,
    _ found: inout FoundValues
  ) {
    guard slot != SlotList.none else { return }
    found[slot] = FoundValue(
      kind: kind, range: ByteRange(offset: start, length: end &- start))
  }

  /// Moves past a value of no interest.
  @inline(__always) private mutating func skipValue() -> Bool {
    let byte = text.byte(at: position)
    if byte == Ascii.quote { return skipString() }
    if byte == Ascii.openBrace || byte == Ascii.openBracket { return skipContainer() }
    return skipScalar()
  }

  /// Moves past an object or array of no interest, with everything in it.
  private mutating func skipContainer() -> Bool {
    let outer = depth
    // What is open, innermost in the lowest bit: 1 = object.
    var kinds: UInt64 = 0
    guard open(&kinds) else { return false }
    while position < text.end {
      let isClosed = text.byte(at: position) == Self.closer(kinds) && isFresh
      if !isClosed {
        if kinds & 1 == 1 {
          guard text.byte(at: position) == Ascii.quote, skipString(), colon() else { return false }
        }
        let byte = text.byte(at: position)
        if byte == Ascii.openBrace || byte == Ascii.openBracket {
          guard open(&kinds) else { return false }
          continue
        }
        guard byte == Ascii.quote ? skipString() : skipScalar() else { return false }
        skipSpace()
      }
      isFresh = false
      while true {
        let byte = text.byte(at: position)
        position &+= 1
        if byte == Ascii.comma { break }
        guard byte == Self.closer(kinds) else { return false }
        depth &-= 1
        kinds >>= 1
        if depth == outer { return true }
        guard position < text.end else { return false }
        skipSpace()
      }
      skipSpace()
    }
    return false
  }

  /// An object or array was just opened: it may be closed at once.
  private var isFresh = false

  @inline(__always) private static func closer(_ kinds: UInt64) -> UInt8 {
    kinds & 1 == 1 ? Ascii.closeBrace : Ascii.closeBracket
  }

  @inline(__always) private mutating func open(_ kinds: inout UInt64) -> Bool {
    guard depth < Limits.nestingMax else { return false }
    kinds = kinds << 1 | (text.byte(at: position) == Ascii.openBrace ? 1 : 0)
    depth &+= 1
    position &+= 1
    isFresh = true
    skipSpace()
    return true
  }

  private mutating func close() -> Bool {
    depth &-= 1
    position &+= 1
    return true
  }

  /// A number, true, false or null.
  private mutating func skipScalar() -> Bool {
    switch text.byte(at: position) {
    case UInt8(ascii: "t"): return literal(ByteWord.of("t", "r", "u", "e"), length: 4)
    case UInt8(ascii: "f"): return literal(ByteWord.of("f", "a", "l", "s", "e"), length: 5)
    case UInt8(ascii: "n"): return literal(ByteWord.of("n", "u", "l", "l"), length: 4)
    default:
      var isInteger = true
      return number(&isInteger)
    }
  }

  private mutating func literal(_ literal: UInt64, length: Int) -> Bool {
    let mask = (1 as UInt64) << UInt64(8 &* length) &- 1
    guard text.word(at: position) & mask == literal else { return false }
    position &+= length
    return true
  }

  /// A string without escapes and beyond-ASCII characters: a key.
  @inline(__always) private mutating func plainString() -> Bool {
    var at = position &+ 1
    var count = text.plainCount(at: at)
    while count == 16 {
      at &+= 16
      guard at < text.end else { return false }
      count = text.plainCount(at: at)
    }
    at &+= count
    position = at &+ 1
    return text.byte(at: at) == Ascii.quote
  }

  @inline(__always) private mutating func skipString() -> Bool {
    var hasEscapes = false
    return string(&hasEscapes)
  }

  @inline(__always) private mutating func string(_ hasEscapes: inout Bool) -> Bool {
    // Most strings are plain.
    var at = position &+ 1
    var count = text.plainCount(at: at)
    while count == 16 {
      at &+= 16
      guard at < text.end else { return false }
      count = text.plainCount(at: at)
    }
    at &+= count
    if text.byte(at: at) == Ascii.quote {
      position = at &+ 1
      return true
    }
    return longString(from: at, &hasEscapes)
  }

  private mutating func longString(from start: Int, _ hasEscapes: inout Bool) -> Bool {
    var at = start
    while at < text.end {
      let count = text.plainCount(at: at)
      at &+= count
      if count == 16 { continue }
      let byte = text.byte(at: at)
      if byte == Ascii.quote {
        position = at &+ 1
        return true
      }
      if byte == Ascii.backslash {
        hasEscapes = true
        guard let length = escape(at: at) else { return false }
        at &+= length
      } else if byte >= 0x80 {
        hasNonASCII = true
        at &+= 1
      } else {
        return false
      }
    }
    return false
  }

  /// Bytes of the escape at a backslash; nil for what is none, and for halves of surrogate pairs.
  private func escape(at start: Int) -> Int? {
    switch text.byte(at: start &+ 1) {
    case Ascii.quote, Ascii.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      var unit: UInt16 = 0
      for at in start &+ 2..<start &+ 6 {
        let byte = text.byte(at: at)
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        guard Ascii.isDigit(byte) || letter < 6 else { return nil }
        unit = unit << 4 | UInt16(Ascii.isDigit(byte) ? byte &- Ascii.zero : letter &+ 10)
      }
      return unit >> 11 == 0x1B ? nil : 6
    default: return nil
    }
  }

  private mutating func number(_ isInteger: inout Bool) -> Bool {
    var at = position
    if text.byte(at: at) == Ascii.minus { at &+= 1 }
    if text.byte(at: at) == Ascii.zero {
      at &+= 1
    } else {
      guard digits(&at) else { return false }
    }
    if text.byte(at: at) == Ascii.point {
      isInteger = false
      at &+= 1
      guard digits(&at) else { return false }
    }
    if text.byte(at: at) | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      at &+= 1
      let sign = text.byte(at: at)
      if sign == Ascii.plus || sign == Ascii.minus { at &+= 1 }
      guard digits(&at) else { return false }
    }
    position = at
    return true
  }

  @inline(__always) private func digits(_ at: inout Int) -> Bool {
    let start = at
    while at < text.end, Ascii.isDigit(text.byte(at: at)) { at &+= 1 }
    return at > start
  }

  /// Moves past a colon and the space around it.
  @inline(__always) private mutating func colon() -> Bool {
    if _slowPath(text.byte(at: position) != Ascii.colon) { skipSpace() }
    guard position < text.end, text.byte(at: position) == Ascii.colon else { return false }
    position &+= 1
    skipSpace()
    return position < text.end
  }

  @inline(__always) private mutating func skipSpace() {
    while _slowPath(text.byte(at: position) <= Ascii.space) {
      guard position < text.end, Ascii.isWhitespace(text.byte(at: position)) else { return }
      position &+= 1
    }
  }
}
