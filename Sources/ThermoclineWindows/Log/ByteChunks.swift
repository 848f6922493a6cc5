import ThermoclineCore

/// Byte strings that grow at their end and shrink at their front, each a chain of small chunks of one block of memory:
/// millions of short histories without an allocation each.
///
/// A *position* is the place of one byte in the block. A chunk has `payload` bytes, then the number of the chunk that
/// follows; a position never stands behind the payload, so equal places are equal positions.
struct ByteChunks: ~Copyable, Sendable {
  static let size: UInt32 = 32
  static let payload: UInt32 = 28
  /// Positions are 32 bits wide.
  static let bytesMax = 1 << 32

  private var block = Slab<UInt8>(capacity: 1_024)
  /// Chunks given back.
  private var free = Slab<UInt32>()

  /// The first position of a new string.
  mutating func begin() -> UInt32 { takeChunk() &* Self.size }

  /// Adds a byte at the end of a string; `end` moves on.
  @inline(__always) mutating func append(_ byte: UInt8, at end: inout UInt32) {
    block[end] = byte
    end &+= 1
    if end & (Self.size &- 1) == Self.payload { end = extend(end) }
  }

  /// The byte at a position, which moves on to the next.
  @inline(__always) func read(_ position: inout UInt32) -> UInt8 {
    let byte = block[position]
    position &+= 1
    if position & (Self.size &- 1) == Self.payload { position = next(position) &* Self.size }
    return byte
  }

  /// Adds a whole number, seven bits a byte, the lowest first (LEB128).
  @inline(__always) mutating func append(number: UInt64, at end: inout UInt32) {
    var rest = number
    while rest >= 128 {
      append(UInt8(truncatingIfNeeded: rest) | 128, at: &end)
      rest &>>= 7
    }
    append(UInt8(truncatingIfNeeded: rest), at: &end)
  }

  /// Reads what `append(number:)` wrote.
  @inline(__always) func number(_ position: inout UInt32) -> UInt64 {
    var byte = read(&position)
    if byte < 128 { return UInt64(byte) }
    var result = UInt64(byte & 127)
    var shift: UInt64 = 7
    repeat {
      byte = read(&position)
      result |= UInt64(byte & 127) &<< shift
      shift &+= 7
    } while byte >= 128
    return result
  }

  /// Asks for the byte at a position.
  @inline(__always) func prefetch(_ position: UInt32) { block.prefetch(Int(position)) }

  /// Gives back the chunks that lie wholly between two positions of a string, the first's included.
  @inline(__always) mutating func release(from start: UInt32, to end: UInt32) {
    var chunk = start / Self.size
    while chunk != end / Self.size {
      let following = next(chunk &* Self.size &+ Self.payload)
      free.append(chunk)
      chunk = following
    }
  }

  /// Gives back the last chunk of a string, its end being there.
  mutating func end(_ position: UInt32) { free.append(position / Self.size) }

  /// Bytes held.
  var bytes: Int { block.bytes + free.bytes }
  /// Bytes that strings stand in.
  var used: Int { block.count - free.count * Int(Self.size) }

  @inline(never) private mutating func extend(_ link: UInt32) -> UInt32 {
    let chunk = takeChunk()
    for i in UInt32(0)..<4 { block[link &+ i] = UInt8(truncatingIfNeeded: chunk &>> (8 &* i)) }
    return chunk &* Self.size
  }

  @inline(__always) private func next(_ link: UInt32) -> UInt32 {
    UInt32(block[link]) | UInt32(block[link &+ 1]) &<< 8 | UInt32(block[link &+ 2]) &<< 16
      | UInt32(block[link &+ 3]) &<< 24
  }

  private mutating func takeChunk() -> UInt32 {
    if let chunk = free.popLast() { return chunk }
    precondition(block.count < Self.bytesMax, "the histories of one partition need over 4 GiB")
    block.append(repeating: 0, count: Int(Self.size))
    return UInt32(truncatingIfNeeded: (block.count - 1) / Int(Self.size))
  }
}

extension ByteChunks {
  func write(to state: inout StateWriter) {
    block.write(to: &state)
    free.write(to: &state)
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    try block.read(from: &state)
    try free.read(from: &state)
  }
}
