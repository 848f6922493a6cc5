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

  /// A literal.
  @inlinable public mutating func append(_ text: StaticString) {
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

  @inlinable mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    unsafe (base + used).update(from: start, count: bytes.count)
    used &+= bytes.count
  }

  /// Whether a piece has a byte that JSON wants escaped.
  public func needsEscape(from start: Int) -> Bool {
    for i in start..<used {
      let byte = unsafe base[i]
      if byte < 0x20 || byte == 0x22 || byte == 0x5C { return true }
    }
    return false
  }

  /// Forgets what stands from `start` on.
  public mutating func truncate(to start: Int) { used = min(used, max(start, 0)) }

  /// The decimal number units · 10^−places, exactly and without trailing zeros. `places` is 0…18.
  public mutating func append(decimal units: Int64, places: Int) {
    reserve(24)
    if units < 0 { put(0x2D) }
    var whole = units.magnitude
    if places == 0 || whole == 0 { return put(digitsOf: whole, atLeast: 1) }
    var rest: UInt64
    // Division by a constant is a multiplication.
    switch places {
    case 4: (whole, rest) = whole.quotientAndRemainder(dividingBy: 10_000)
    case 6: (whole, rest) = whole.quotientAndRemainder(dividingBy: 1_000_000)
    default: (whole, rest) = whole.quotientAndRemainder(dividingBy: Self.power(places))
    }
    put(digitsOf: whole, atLeast: 1)
    if rest == 0 { return }
    var width = places
    while true {
      let (shorter, digit) = rest.quotientAndRemainder(dividingBy: 10)
      if digit != 0 { break }
      rest = shorter
      width &-= 1
    }
    put(0x2E)
    put(digitsOf: rest, atLeast: width)
  }

  /// Calls `body` with the bytes, which stay where they are for the call.
  @inlinable public func withBytes<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    unsafe body(UnsafeBufferPointer(start: base, count: used))
  }

  public var string: String { unsafe withBytes { unsafe String(decoding: $0, as: UTF8.self) } }

  /// Bytes held.
  public var bytes: Int { capacity }

  @inline(__always) private mutating func put(_ byte: UInt8) {
    unsafe base[used] = byte
    used &+= 1
  }

  /// At most 20 digits, for which there is room.
  @inline(__always) private mutating func put(digitsOf number: UInt64, atLeast width: Int) {
    if number < 10, width == 1 { return put(0x30 &+ UInt8(truncatingIfNeeded: number)) }
    var count = width
    var limit = Self.power(width)
    while number >= limit {
      count &+= 1
      let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
      if overflow { break }
      limit = next
    }
    var at = used &+ count
    used = at
    var rest = number
    for _ in 0..<count {
      at &-= 1
      let (shorter, digit) = rest.quotientAndRemainder(dividingBy: 10)
      unsafe base[at] = 0x30 &+ UInt8(truncatingIfNeeded: digit)
      rest = shorter
    }
  }

  /// 10^places.
  @inline(__always) private static func power(_ places: Int) -> UInt64 {
    var power: UInt64 = 1
    for _ in 0..<places { power &*= 10 }
    return power
  }

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
