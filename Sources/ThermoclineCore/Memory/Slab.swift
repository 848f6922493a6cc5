public import CPlatform

/// A growable array of plain values for hot paths: no reference counting, no uniqueness check, bounds
/// checked in debug builds only. Indices stay valid when it grows; addresses do not, so none is handed out.
///
/// SAFETY: `base` is owned by this noncopyable value, holds `capacity` elements of which `count` are
/// initialised, and is freed in deinit. Element is BitwiseCopyable, so nothing needs deinitialising.
@frozen @safe public struct Slab<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  @usableFromInline var base: UnsafeMutablePointer<Element>
  public private(set) var capacity: Int
  @usableFromInline package private(set) var used: Int

  public init(capacity: Int = 16) {
    self.capacity = SlabMemory.room(for: max(capacity, 1), stride: Self.stride)
    used = 0
    unsafe base = SlabMemory.allocate(self.capacity * Self.stride)
      .bindMemory(to: Element.self, capacity: self.capacity)
  }

  deinit { unsafe SlabMemory.free(base, capacity * Self.stride) }

  private static var stride: Int { MemoryLayout<Element>.stride }

  @inlinable public var count: Int { used }

  @inlinable public subscript(index: Int) -> Element {
    _read {
      assert(index >= 0 && index < used)
      yield unsafe base[index]
    }
    _modify {
      assert(index >= 0 && index < used)
      yield unsafe &base[index]
    }
  }

  @inlinable public subscript(index: UInt32) -> Element {
    _read { yield self[Int(truncatingIfNeeded: index)] }
    _modify { yield &self[Int(truncatingIfNeeded: index)] }
  }

  /// Asks the processor to have the element at hand soon. Waits for nothing and changes nothing.
  @inlinable public func prefetch(_ index: Int) {
    assert(index >= 0 && index < used)
    unsafe thermocline_prefetch(base + index)
  }

  /// Adds an element; amortised O(1).
  @inlinable public mutating func append(_ element: Element) {
    if used == capacity { grow(to: used + 1) }
    unsafe (base + used).initialize(to: element)
    setUsed(used &+ 1)
  }

  /// Adds `n` copies of an element.
  public mutating func append(repeating element: Element, count n: Int) {
    if used + n > capacity { grow(to: used + n) }
    unsafe (base + used).initialize(repeating: element, count: n)
    used += n
  }

  /// Takes the last element off.
  @inlinable public mutating func popLast() -> Element? {
    if used == 0 { return nil }
    setUsed(used &- 1)
    return unsafe base[used]
  }

  /// Forgets all but the first `n` elements.
  public mutating func truncate(to n: Int) { used = min(used, n) }

  /// Forgets all elements, keeps the memory.
  public mutating func removeAll() { used = 0 }

  /// Below it a slab doubles; above it grows by a quarter, for what is held and not used counts then.
  @usableFromInline static var smallBytes: Int { 1 << 20 }

  /// Bytes held.
  @inlinable public var bytes: Int { capacity &* MemoryLayout<Element>.stride }

  @usableFromInline mutating func setUsed(_ n: Int) { used = n }

  @usableFromInline @inline(never) mutating func grow(to need: Int) {
    let wanted = max(need, capacity + capacity / (bytes < Self.smallBytes ? 1 : 4))
    let larger = SlabMemory.room(for: wanted, stride: Self.stride)
    unsafe base = SlabMemory.grow(
      base, capacity * Self.stride, to: larger * Self.stride, used: used * Self.stride
    ).bindMemory(to: Element.self, capacity: larger)
    capacity = larger
  }
}
