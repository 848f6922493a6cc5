/// Reads what a `StateWriter` wrote. Every length is checked against what is there before anything is taken.
///
/// SAFETY: bytes are copied out of an array that this value holds, inside the bounds that `take` has checked.
@safe package struct StateReader: ~Copyable {
  private let bytes: [UInt8]
  private var place = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Bytes not read yet.
  package var left: Int { bytes.count - place }

  /// All of it was read.
  package func finish() throws(StateError) {
    if left > 0 { throw StateError("\(left) bytes are left over") }
  }

  package mutating func byte() throws(StateError) -> UInt8 { bytes[try take(1).lowerBound] }

  package mutating func flag() throws(StateError) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    default: throw StateError("a flag is neither 0 nor 1")
    }
  }

  package mutating func unsigned() throws(StateError) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let byte = try byte()
      guard shift < 63 || byte < 2 else { break }
      result |= UInt64(byte & 127) << shift
      if byte < 128 { return result }
    }
    throw StateError("a number has more than 64 bits")
  }

  package mutating func number() throws(StateError) -> Int64 {
    let number = try unsigned()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  package mutating func int() throws(StateError) -> Int { Int(try number()) }

  package mutating func time() throws(StateError) -> EventTime {
    EventTime(milliseconds: try number())
  }

  package mutating func double() throws(StateError) -> Double {
    Double(bitPattern: try unsigned().byteSwapped)
  }

  package mutating func optionalDouble() throws(StateError) -> Double? {
    try flag() ? try double() : nil
  }

  /// How many items follow, each of at least so many bytes.
  package mutating func count(eachAtLeast bytes: Int = 1) throws(StateError) -> Int {
    let count = try unsigned()
    guard count <= UInt64(left / max(bytes, 1)) else {
      throw StateError("\(count) items are announced, with \(left) bytes left")
    }
    return Int(count)
  }

  package mutating func text() throws(StateError) -> [UInt8] {
    let count = try count()
    return Array(bytes[try take(count)])
  }

  package mutating func string() throws(StateError) -> String {
    String(decoding: try text(), as: UTF8.self)
  }

  package mutating func optionalString() throws(StateError) -> String? {
    try flag() ? try string() : nil
  }

  /// One plain value in the place of another; its size must be the one it was written with.
  package mutating func read<Value: BitwiseCopyable>(plain value: inout Value) throws(StateError) {
    let size = try unsigned()
    guard size == UInt64(MemoryLayout<Value>.size) else {
      throw StateError(
        "a value of \(size) bytes stands where one of \(MemoryLayout<Value>.size) is")
    }
    let range = try take(Int(size))
    unsafe withUnsafeMutableBytes(of: &value) { unsafe copy(range, to: $0) }
  }

  /// Fills memory of exactly this size.
  package mutating func read(raw target: UnsafeMutableRawBufferPointer) throws(StateError) {
    let range = try take(target.count)
    unsafe copy(range, to: target)
  }

  private func copy(_ range: Range<Int>, to target: UnsafeMutableRawBufferPointer) {
    unsafe bytes.withUnsafeBytes {
      unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[range]))
    }
  }

  private mutating func take(_ count: Int) throws(StateError) -> Range<Int> {
    guard count >= 0, count <= left else {
      throw StateError("\(count) bytes are wanted, \(left) are left")
    }
    defer { place += count }
    return place..<place + count
  }
}

/// State that cannot be read: what was found, where something else belongs.
package struct StateError: Error, Sendable, Equatable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
