internal import ThermoclineCore

/// Finds the fields a format asks for in one object, exactly: the counterpart of
/// `FastFieldScanner` that knows every shape.
struct ExactFieldReader {
  private let tree: FieldTree
  private let batch: EventBatch
  private var seen: UInt64 = 0
  /// What makes the event none, though it is good JSON.
  private(set) var fault: EventFault?
  /// False when the batch's free bytes do not hold JSON that was written as text.
  private(set) var hasRoom = true

  /// Fills `found` from the object at the scanner's cursor and moves the cursor past it.
  static func read(
    _ scanner: inout JSONScanner, in text: Span<UInt8>, tree: FieldTree, node: Int = 0,
    batch: EventBatch, into found: inout FoundValues
  ) throws(JSONFault) -> ExactFieldReader {
    var reader = ExactFieldReader(tree: tree, batch: batch)
    try reader.object(node, &scanner, in: text, &found)
    return reader
  }

  private init(tree: FieldTree, batch: EventBatch) {
    self.tree = tree
    self.batch = batch
  }

  private mutating func object(
    _ node: Int, _ scanner: inout JSONScanner, in text: Span<UInt8>, _ found: inout FoundValues
  ) throws(JSONFault) {
    try scanner.object(in: text) { (scanner, key) throws(JSONFault) in
      let child = try tree.child(of: node, key, in: text)
      if child == 0 { return try scanner.skipValue(in: text) }
      try value(child, &scanner, in: text, &found)
    }
  }

  private mutating func value(
    _ node: Int, _ scanner: inout JSONScanner, in text: Span<UInt8>, _ found: inout FoundValues
  ) throws(JSONFault) {
    let bit = (1 as UInt64) << UInt64(node)
    if seen & bit != 0 { refuse(.duplicateKey, "The key \"\(tree.key(node))\" stands twice.") }
    seen |= bit
    let start = scanner.position
    switch try scanner.kind(in: text) {
    case .string:
      let token = try scanner.string(in: text)
      note(node, token.hasEscapes ? .escapedText : .text, token.range, &found)
      if tree[node].isEmbedded { try embedded(node, token, in: text, &found) }
    case .number:
      let token = try scanner.number(in: text)
      note(node, token.isPlainInteger ? .integer : .number, token.range, &found)
    case .literal:
      if try scanner.literal(in: text) != .null {
        note(node, .bool, start..<scanner.position, &found)
      }
    case .object:
      try object(node, &scanner, in: text, &found)
      note(node, .object, start..<scanner.position, &found)
    case .array:
      var index = 0
      try scanner.array(in: text) { (scanner) throws(JSONFault) in
        let child = tree.child(of: node, index: index)
        index += 1
        if child == 0 { return try scanner.skipValue(in: text) }
        try value(child, &scanner, in: text, &found)
      }
      note(node, .array, start..<scanner.position, &found)
    }
  }

  /// JSON that was written as text: it is written out into the batch and read there.
  private mutating func embedded(
    _ node: Int, _ token: JSONStringToken, in text: Span<UInt8>, _ found: inout FoundValues
  ) throws(JSONFault) {
    if token.range.isEmpty { return }
    let free = unsafe batch.freeBytes
    var count = 0
    // SAFETY: `count` stays below the free space's size at every write.
    try JSONEscape.decode(token, in: text) { byte in
      if count < free.count { unsafe free[count] = byte }
      count += 1
    }
    guard count <= free.count else {
      hasRoom = false
      return
    }
    let written = MessageText(batch.use(bytes: count), in: batch)
    let start = written.end - count
    written.withSpan { text in
      do throws(JSONFault) {
        var scanner = JSONScanner(at: start)
        scanner.skipWhitespace(in: text)
        guard try scanner.kind(in: text) == .object else { return try scanner.skipValue(in: text) }
        try object(node, &scanner, in: text, &found)
        scanner.skipWhitespace(in: text)
        if scanner.position < text.count {
          throw scanner.fault("something else follows the end of the object")
        }
      } catch {
        refuse(
          error.kind == .nestingTooDeep ? .nestingTooDeep : .notJSON,
          "In the text of \"\(tree.key(node))\", at byte \(error.offset - start), \(error.detail).")
      }
    }
  }

  private func note(
    _ node: Int, _ kind: FoundValue.Kind, _ range: Range<Int>, _ found: inout FoundValues
  ) {
    let slot = tree[node].slot
    guard slot != SlotList.none else { return }
    found[slot] = FoundValue(
      kind: kind, range: ByteRange(offset: range.lowerBound, length: range.count))
  }

  private mutating func refuse(_ reason: RefusalReason, _ detail: String) {
    if fault == nil { fault = EventFault(reason, detail) }
  }
}
