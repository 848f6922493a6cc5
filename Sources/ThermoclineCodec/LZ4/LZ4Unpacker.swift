/// Unpacks one block.
///
/// SAFETY: every length and distance is held against what is left of source and target before a byte moves; copies of
/// sixteen bytes at a time are made only where so many are left of both.
enum LZ4Unpacker {
  /// - Returns: whether the block is whole and comes to exactly `targetCount` bytes.
  @unsafe static func unpack(
    _ source: UnsafeRawPointer, _ sourceCount: Int,
    to target: UnsafeMutableRawPointer, _ targetCount: Int
  ) -> Bool {
    var (from, to) = (0, 0)
    while from < sourceCount {
      let token = unsafe Int(source.load(fromByteOffset: from, as: UInt8.self))
      from &+= 1
      var literals = token >> 4
      if literals == LZ4Block.nibbleMax {
        unsafe literals &+= rest(of: source, sourceCount, &from)
      }
      guard literals <= sourceCount &- from, literals <= targetCount &- to else { return false }
      if literals <= 16, sourceCount &- from >= 16, targetCount &- to >= 16 {
        unsafe copy16(source + from, target + to)
      } else {
        unsafe (target + to).copyMemory(from: source + from, byteCount: literals)
      }
      from &+= literals
      to &+= literals
      // The last sequence has no match.
      if from == sourceCount { return to == targetCount }
      guard sourceCount &- from >= 2 else { return false }
      let distance = unsafe Int(
        UInt16(littleEndian: source.loadUnaligned(fromByteOffset: from, as: UInt16.self)))
      from &+= 2
      var length = token & LZ4Block.nibbleMax
      if length == LZ4Block.nibbleMax { unsafe length &+= rest(of: source, sourceCount, &from) }
      length &+= LZ4Block.matchBytesMin
      guard distance > 0, distance <= to, length <= targetCount &- to else { return false }
      unsafe repeatBytes(target + to, distance, length, room: targetCount &- to)
      to &+= length
    }
    return false
  }

  /// The bytes that a length goes on in. Where they do not end, the source has ended, and the caller sees it.
  @inline(__always) private static func rest(
    of source: UnsafeRawPointer, _ sourceCount: Int, _ from: inout Int
  ) -> Int {
    var sum = 0
    while from < sourceCount {
      let byte = unsafe source.load(fromByteOffset: from, as: UInt8.self)
      from &+= 1
      sum &+= Int(byte)
      if byte < 255 { break }
    }
    return sum
  }

  /// Writes `length` bytes, each the one that stands `distance` before it, which may be one of these.
  @inline(__always) private static func repeatBytes(
    _ target: UnsafeMutableRawPointer, _ distance: Int, _ length: Int, room: Int
  ) {
    guard room &- length >= 16 else {
      for place in 0..<length { unsafe copy1(target + place, distance) }
      return
    }
    var (place, period) = (0, distance)
    if distance < 16 {
      // What repeats every `distance` bytes repeats every multiple of it as well: one of at least 16 is copied at once.
      period = (15 &+ distance) / distance &* distance
      let few = min(length, period &- distance)
      while place < few {
        unsafe copy1(target + place, distance)
        place &+= 1
      }
    }
    while place < length {
      unsafe copy16(target + (place &- period), target + place)
      place &+= 16
    }
  }

  @inline(__always) private static func copy1(_ target: UnsafeMutableRawPointer, _ distance: Int) {
    unsafe target.storeBytes(
      of: target.load(fromByteOffset: 0 &- distance, as: UInt8.self), as: UInt8.self)
  }

  @inline(__always) private static func copy16(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
  ) {
    unsafe target.storeBytes(
      of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
  }
}
