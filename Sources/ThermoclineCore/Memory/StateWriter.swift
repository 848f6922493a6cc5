/// Writes the state of a partition as plain bytes, handed on in pieces: whole numbers in as few bytes as they need,
/// rows of plain values as they stand in memory. Rows are parts of their own: what comes before them may grow without
/// moving them.
///
/// SAFETY: bytes are only read, from memory that its owner keeps for the call.
@safe package struct StateWriter: ~Copyable {
  private var bytes: [UInt8] = []
  private let pieceBytes: Int
  private let handOver: (_ piece: [UInt8], _ endsPart: Bool) -> Void

  /// `handOver` gets pieces of `pieceBytes`; the last one of a part may be smaller, or empty.
  package init(
    pieceBytes: Int, handOver: @escaping (_ piece: [UInt8], _ endsPart: Bool) -> Void
  ) {
    self.pieceBytes = pieceBytes
    self.handOver = handOver
    bytes.reserveCapacity(pieceBytes)
  }

  /// Ends the last part.
  package consuming func finish() { next(endsPart: true) }

  /// A part ends here and another one begins.
  package mutating func cut() { next(endsPart: true) }

  package mutating func write(_ byte: UInt8) {
    bytes.append(byte)
    if bytes.count == pieceBytes { next(endsPart: false) }
  }

  package mutating func write(_ flag: Bool) { write(flag ? 1 : 0 as UInt8) }

  /// Seven bits a byte, the lowest first (LEB128).
  package mutating func write(_ number: UInt64) {
    var rest = number
    while rest >= 128 {
      write(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    write(UInt8(truncatingIfNeeded: rest))
  }

  /// Near zero it is short, whatever its sign.
  package mutating func write(_ number: Int64) {
    write(UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  package mutating func write(_ number: Int) { write(Int64(number)) }

  package mutating func write(_ time: EventTime) { write(time.milliseconds) }

  package mutating func write(_ number: Double) { write(number.bitPattern.byteSwapped) }

  package mutating func write(_ number: Double?) {
    write(number != nil)
    if let number { write(number) }
  }

  package mutating func write(_ text: [UInt8]) {
    write(UInt64(text.count))
    unsafe text.withUnsafeBytes { unsafe write(raw: $0) }
  }

  package mutating func write(_ text: String) { write(Array(text.utf8)) }

  package mutating func write(_ text: String?) {
    write(text != nil)
    if let text { write(text) }
  }

  /// One plain value as it stands in memory.
  package mutating func write<Value: BitwiseCopyable>(plain value: Value) {
    write(UInt64(MemoryLayout<Value>.size))
    unsafe withUnsafeBytes(of: value) { unsafe write(raw: $0) }
  }

  /// Bytes as they are.
  package mutating func write(raw source: UnsafeRawBufferPointer) {
    var start = 0
    while start < source.count {
      let end = min(source.count, start + pieceBytes - bytes.count)
      unsafe bytes.append(contentsOf: source[start..<end])
      start = end
      if bytes.count == pieceBytes { next(endsPart: false) }
    }
  }

  private mutating func next(endsPart: Bool) {
    handOver(bytes, endsPart)
    bytes.removeAll(keepingCapacity: true)
  }
}
