import ThermoclineCore

/// Where a name is kept: granule number and length.
@usableFromInline package struct NameReference: BitwiseCopyable, Sendable {
  @usableFromInline var granule: UInt32
  /// Bytes.
  @usableFromInline package var length: UInt32
  @usableFromInline init(granule: UInt32, length: UInt32) {
    self.granule = granule
    self.length = length
  }

  /// No name.
  package static var none: NameReference { NameReference(granule: 0, length: 0) }
  /// Whether there is no name; one that is kept has a length.
  package var isNone: Bool { length == 0 }
}

/// Names of up to `Limits.nameBytesMax` bytes in granules of 16; freed granules of one size are reused by
/// names of that size.
///
/// SAFETY: `base` is owned here, zero-filled to its capacity, and always at least 64 bytes longer than what
/// is in use. Pointers handed out are void after the next `store`.
@safe package struct NameHeap: ~Copyable, @unchecked Sendable {
  static let granuleBytes = 16
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private var used = 0
  /// Per size in granules: the freed blocks.
  private var free: [[UInt32]]

  package init() {
    capacity = 4_096
    unsafe base = .allocate(byteCount: capacity, alignment: 16)
    unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: capacity)
    free = Array(repeating: [], count: Limits.nameBytesMax / Self.granuleBytes + 2)
  }

  deinit { unsafe base.deallocate() }

  /// Copies a name in. `length` ≤ `Limits.nameBytesMax`.
  package mutating func store(_ name: UnsafeRawPointer, _ length: Int) -> NameReference {
    precondition(length <= Limits.nameBytesMax)
    let granules = Self.granules(length)
    let offset: Int
    if let block = free[granules].popLast() {
      offset = Int(block) * Self.granuleBytes
    } else {
      if used + granules * Self.granuleBytes + 64 > capacity { grow() }
      offset = used
      used += granules * Self.granuleBytes
    }
    unsafe (base + offset).copyMemory(from: name, byteCount: length)
    return NameReference(
      granule: UInt32(offset / Self.granuleBytes), length: UInt32(truncatingIfNeeded: length))
  }

  /// Gives a name's place back.
  package mutating func remove(_ name: NameReference) {
    free[Self.granules(Int(name.length))].append(name.granule)
  }

  /// Where a name begins; void after the next `store`.
  @inline(__always) package func start(_ name: NameReference) -> UnsafeRawPointer {
    unsafe UnsafeRawPointer(base + Int(name.granule) &* Self.granuleBytes)
  }

  /// The name as text.
  package func string(_ name: NameReference) -> String {
    unsafe String(
      decoding: UnsafeRawBufferPointer(start: start(name), count: Int(name.length)), as: UTF8.self)
  }

  /// Memory held.
  package var bytes: Int { capacity }

  private static func granules(_ length: Int) -> Int {
    max(1, (length + granuleBytes - 1) / granuleBytes)
  }

  @inline(never) private mutating func grow() {
    let larger = capacity * 2
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
    unsafe fresh.copyMemory(from: base, byteCount: used)
    unsafe (fresh + used).initializeMemory(as: UInt8.self, repeating: 0, count: larger - used)
    unsafe base.deallocate()
    unsafe base = fresh
    capacity = larger
  }
}

extension NameHeap {
  package func write(to state: inout StateWriter) {
    state.write(UInt64(used))
    state.cut()
    // SAFETY: `used` bytes lie inside the block.
    unsafe state.write(raw: UnsafeRawBufferPointer(start: base, count: used))
    state.cut()
    for blocks in free {
      state.write(UInt64(blocks.count))
      for block in blocks { state.write(UInt64(block)) }
    }
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    let count = try state.count()
    var fresh = NameHeap()
    while fresh.capacity < count + 64 { fresh.grow() }
    // SAFETY: the block has room for them and 64 bytes more.
    unsafe try state.read(raw: UnsafeMutableRawBufferPointer(start: fresh.base, count: count))
    fresh.used = count
    for size in fresh.free.indices {
      for _ in 0..<(try state.count()) {
        let block = try state.unsigned()
        guard block <= UInt64(count / Self.granuleBytes) else {
          throw StateError("a free place lies outside of the names")
        }
        fresh.free[size].append(UInt32(block))
      }
    }
    swap(&fresh, &self)
  }
}
