/// Bytes of text, written one piece after the other into memory that is used again and again: no reference
/// counting, no uniqueness check, no allocation once it has its size.
///
/// SAFETY: `base` is owned by this noncopyable value, holds `capacity` bytes of which `used` are
/// initialised, and is freed in deinit. No address of it is handed out beyond a call.
@frozen @safe public struct TextBuffer: ~Copyable, @unchecked Sendable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var used = 0

  public init(capacity: Int = 256) {
    self.capacity = max(capacity, 32)
    unsafe base = .allocate(capacity: self.capacity)
  }

  deinit { unsafe base.deallocate() }

  @inlinable public var count: Int { used }

  @inlinable public subscript(index: Int) -> UInt8 {
    assert(index >= 0 && index < used)
    return unsafe base[index]
  }

  /// Forgets the text, keeps the memory.
  @inlinable public mutating func clear() { used = 0 }

  @inlinable public mutating func append(_ byte: UInt8) {
    reserve(1)
    unsafe base[used] = byte
    used &+= 1
  }

  /// A literal. Inlined, so that the compiler knows its length: a few moves take the place of a call.
  @inlinable @inline(__always) public mutating func append(_ text: StaticString) {
    precondition(text.hasPointerRepresentation)
    unsafe append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// A text in UTF-8. Named, for an overload with literals' would take them all from the one above.
  public mutating func append(text: String) {
    var text = text
    text.withUTF8 { unsafe append($0) }
  }

  /// Bytes in memory that nobody else changes during the call.
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    unsafe bytes.withMemoryRebound(to: UInt8.self) { unsafe append($0) }
  }

  public mutating func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append($0) }
  }

  /// A piece of another text.
  @inlinable public mutating func append(_ range: Range<Int>, of other: borrowing TextBuffer) {
    assert(range.lowerBound >= 0 && range.upperBound <= other.used)
    let start = unsafe other.base + range.lowerBound
    unsafe append(UnsafeBufferPointer(start: start, count: range.upperBound &- range.lowerBound))
  }

  @inlinable @inline(__always) mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe (base + used).update(from: start, count: bytes.count)
    used &+= bytes.count
  }

  /// Whether a piece has a byte that JSON wants escaped.
  public func needsEscape(from start: Int) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var i = start
    // Eight bytes at once: subtracting borrows into a byte's highest bit only where the byte is less, or another one was.
    while i &+ 8 <= used {
      let bytes = unsafe UnsafeRawPointer(base + i).loadUnaligned(as: UInt64.self)
      let control = (bytes &- ones &* 0x20) & ~bytes
      let quotes = bytes ^ (ones &* 0x22)
      let backslashes = bytes ^ (ones &* 0x5C)
      let special = control | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
      if special & (ones &* 0x80) != 0 { return true }
      i &+= 8
    }
    while i < used {
      let byte = unsafe base[i]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C { return true }
      i &+= 1
    }
    return false
  }

  /// Forgets what stands from `start` on.
  public mutating func truncate(to start: Int) { used = min(used, max(start, 0)) }

  /// Calls `body` with the bytes, which stay where they are for the call.
  @inlinable public func withBytes<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    unsafe body(UnsafeBufferPointer(start: base, count: used))
  }

  public var string: String { unsafe withBytes { unsafe String(decoding: $0, as: UTF8.self) } }

  /// Bytes held.
  public var bytes: Int { capacity }

  @inlinable @inline(__always) mutating func reserve(_ more: Int) {
    if used &+ more > capacity { grow(to: used &+ more) }
  }

  @usableFromInline @inline(never) mutating func grow(to need: Int) {
    let larger = max(need, capacity * 2)
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe fresh.moveInitialize(from: base, count: used)
    unsafe base.deallocate()
    unsafe base = fresh
    capacity = larger
  }
}
