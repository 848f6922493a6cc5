/// Packs one block: at each place the last one with the same first bytes is looked up, in a table that forgets.
///
/// SAFETY: reads lie inside the source, for a place is looked at only while twelve bytes follow it; `target` has room for
/// the longest block there may be.
@safe struct LZ4Packer {
  private let source: UnsafeRawPointer
  private let count: Int
  private let target: UnsafeMutableRawPointer
  private var to = 0
  /// The last place where bytes of this hash were seen.
  private var seen = [UInt32](repeating: 0, count: 1 << Self.hashBits)

  private static let hashBits = 13
  private static let distanceMax = 65_535

  @unsafe init(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
    // Without bytes nothing is read.
    unsafe self.source = source.baseAddress ?? UnsafeRawPointer(target)
    unsafe self.target = target
    count = source.count
  }

  /// - Returns: bytes of the block.
  mutating func pack() -> Int {
    var literalsStart = 0
    // Nothing is before the first byte.
    var place = 1
    while place <= count - LZ4Block.lastMatchBytes {
      guard var match = look(place) else {
        // What does not repeat is looked at less and less closely.
        place &+= 1 &+ (place &- literalsStart) >> 6
        continue
      }
      while place > literalsStart, match > 0, byte(place &- 1) == byte(match &- 1) {
        place &-= 1
        match &-= 1
      }
      let length = commonBytes(match, place)
      write(literals: literalsStart..<place, distance: place &- match, length: length)
      place &+= length
      literalsStart = place
      if place <= count - LZ4Block.lastMatchBytes { note(place &- 2) }
    }
    write(literals: literalsStart..<count, distance: 0, length: LZ4Block.matchBytesMin)
    return to
  }

  /// An earlier place with the same four bytes; notes this one.
  private mutating func look(_ place: Int) -> Int? {
    let hash = hash(place)
    let match = Int(seen[hash])
    seen[hash] = UInt32(truncatingIfNeeded: place)
    guard place &- match <= Self.distanceMax, word32(match) == word32(place) else { return nil }
    return match
  }

  private mutating func note(_ place: Int) { seen[hash(place)] = UInt32(truncatingIfNeeded: place) }

  /// Of five bytes, by a multiplier of LZ4's own.
  private func hash(_ place: Int) -> Int {
    Int(truncatingIfNeeded: (word64(place) << 24 &* 889_523_592_379) >> UInt64(64 - Self.hashBits))
  }

  /// How many bytes are the same from two places on, the last literals aside.
  private func commonBytes(_ match: Int, _ place: Int) -> Int {
    let most = count &- LZ4Block.lastLiterals &- place
    var length = LZ4Block.matchBytesMin
    while length &+ 8 <= most {
      let differing = word64(match &+ length) ^ word64(place &+ length)
      if differing != 0 { return length &+ differing.trailingZeroBitCount / 8 }
      length &+= 8
    }
    while length < most, byte(match &+ length) == byte(place &+ length) { length &+= 1 }
    return length
  }

  /// A sequence; without a match where the distance is 0.
  private mutating func write(literals: Range<Int>, distance: Int, length: Int) {
    let more = length &- LZ4Block.matchBytesMin
    let nibbles = (min(literals.count, LZ4Block.nibbleMax), min(more, LZ4Block.nibbleMax))
    write(UInt8(nibbles.0 << 4 | nibbles.1))
    if nibbles.0 == LZ4Block.nibbleMax { write(rest: literals.count - LZ4Block.nibbleMax) }
    unsafe (target + to).copyMemory(from: source + literals.lowerBound, byteCount: literals.count)
    to &+= literals.count
    guard distance > 0 else { return }
    write(UInt8(truncatingIfNeeded: distance))
    write(UInt8(truncatingIfNeeded: distance >> 8))
    if nibbles.1 == LZ4Block.nibbleMax { write(rest: more - LZ4Block.nibbleMax) }
  }

  private mutating func write(rest: Int) {
    var rest = rest
    while rest >= 255 {
      write(255)
      rest &-= 255
    }
    write(UInt8(rest))
  }

  private mutating func write(_ byte: UInt8) {
    unsafe target.storeBytes(of: byte, toByteOffset: to, as: UInt8.self)
    to &+= 1
  }

  private func byte(_ place: Int) -> UInt8 {
    unsafe source.load(fromByteOffset: place, as: UInt8.self)
  }
  private func word32(_ place: Int) -> UInt32 {
    unsafe source.loadUnaligned(fromByteOffset: place, as: UInt32.self)
  }
  /// The first byte is the lowest.
  private func word64(_ place: Int) -> UInt64 {
    unsafe UInt64(littleEndian: source.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }
}
