/// Reads what a `StateWriter` wrote, piece by piece. Every length is checked against what is there before anything is
/// taken.
///
/// SAFETY: bytes are copied out of an array that this value holds, inside bounds that were checked.
@safe package struct StateReader: ~Copyable {
  private var piece: [UInt8] = []
  private var place = 0
  private let fill: (_ piece: inout [UInt8]) throws(StateError) -> Void
  /// Bytes not read yet.
  package private(set) var left: Int
  /// Of the checkpoint that the state is in, to read what stands otherwise in earlier ones.
  package let format: UInt8

  /// - Parameters:
  ///   - count: bytes of the state.
  ///   - format: of the checkpoint it is in; the newest if left out.
  ///   - fill: puts the next piece, which is not empty, in the place of the one before; asked while bytes are left.
  package init(
    count: Int, format: UInt8 = .max,
    fill: @escaping (_ piece: inout [UInt8]) throws(StateError) -> Void
  ) {
    left = count
    self.format = format
    self.fill = fill
  }

  /// Of a state that is there as a whole.
  package init(_ bytes: [UInt8]) { self.init(count: bytes.count) { $0 = bytes } }

  /// All of it was read.
  package func finish() throws(StateError) {
    if left > 0 { throw StateError("\(left) bytes are left over") }
  }

  package mutating func byte() throws(StateError) -> UInt8 {
    try expect(1)
    let byte = piece[place]
    place += 1
    left -= 1
    return byte
  }

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
    var text = [UInt8](repeating: 0, count: try count())
    var done = 0
    while done < text.count {
      let next = try take(text.count - done)
      text.replaceSubrange(done..<done + next.count, with: piece[next])
      done += next.count
    }
    return text
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
    try expect(Int(size))
    var fresh = value
    unsafe try withUnsafeMutableBytes(of: &fresh) { target throws(StateError) in
      unsafe try read(raw: target)
    }
    value = fresh
  }

  /// Fills memory of exactly this size.
  package mutating func read(raw target: UnsafeMutableRawBufferPointer) throws(StateError) {
    guard target.count <= left else { throw missing(target.count) }
    var done = 0
    while done < target.count {
      let range = try take(target.count - done)
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: target[done...])
      unsafe piece.withUnsafeBytes {
        unsafe rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[range]))
      }
      done += range.count
    }
  }

  /// The next bytes, at most so many, that lie in one piece.
  private mutating func take(_ count: Int) throws(StateError) -> Range<Int> {
    try expect(1)
    let end = min(piece.count, place + count)
    defer {
      left -= end - place
      place = end
    }
    return place..<end
  }

  /// There are so many bytes, and the first of them is at hand.
  private mutating func expect(_ count: Int) throws(StateError) {
    guard count <= left else { throw missing(count) }
    if count > 0, place == piece.count {
      try fill(&piece)
      place = 0
    }
  }

  private func missing(_ count: Int) -> StateError {
    StateError("\(count) bytes are wanted, \(left) are left")
  }
}

/// State that cannot be read: what was found, where something else belongs.
package struct StateError: Error, Sendable, Equatable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
