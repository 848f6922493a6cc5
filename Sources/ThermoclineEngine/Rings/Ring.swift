import Synchronization

/// A bounded queue between exactly one pushing and one popping thread: no lock, no allocation.
///
/// Each side owns one counter and reads the other's. `push` publishes the element by a release store of
/// `pushed` that pairs with the acquire load in `pop`; `pop` gives the slot back by a release store of `popped` that
/// pairs with the acquire load in `push`. Each side caches what it last read of the other, so that the
/// counters' cache lines travel once a turn of the ring and not once an element (Thompson et al., "Disruptor", 2011).
///
/// SAFETY: slot i is written only by the pusher while `pushed − popped` < capacity and read only by the popper
/// after the matching release; `caches` points to two numbers on cache lines of their own, each touched by one side only.
@safe package final class Ring<Element>: @unchecked Sendable {
  package let capacity: Int
  private let slots: UnsafeMutablePointer<Element?>
  private let pushed = PaddedCounter()
  private let popped = PaddedCounter()
  /// The pusher's copy of `popped` and, `popperPlace` further, the popper's copy of `pushed`. In raw memory, for a
  /// class's stored property pays a run-time check for overlapping accesses with every use.
  private let caches: UnsafeMutablePointer<Int>
  /// Two lines of 64 bytes, as lines are fetched in pairs.
  private static var popperPlace: Int { 128 / MemoryLayout<Int>.stride }

  /// `capacity`: elements, at least 1.
  package init(capacity: Int) {
    self.capacity = capacity
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: nil, count: capacity)
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 128)
    unsafe caches = bytes.bindMemory(to: Int.self, capacity: 2 * Self.popperPlace)
    unsafe caches.initialize(repeating: 0, count: 2 * Self.popperPlace)
  }

  deinit {
    unsafe slots.deinitialize(count: capacity)
    unsafe slots.deallocate()
    unsafe caches.deallocate()
  }

  /// Pusher only. False when the ring is full.
  package func push(_ element: consuming Element) -> Bool {
    let at = pushed.value.load(ordering: .relaxed)
    if unsafe at &- caches[0] == capacity {
      let fresh = popped.value.load(ordering: .acquiring)
      unsafe caches[0] = fresh
      if at &- fresh == capacity { return false }
    }
    unsafe slots[at % capacity] = element
    pushed.value.store(at + 1, ordering: .releasing)
    return true
  }

  /// Popper only. nil when the ring is empty.
  package func pop() -> Element? {
    let at = popped.value.load(ordering: .relaxed)
    if unsafe at == caches[Self.popperPlace] {
      let fresh = pushed.value.load(ordering: .acquiring)
      unsafe caches[Self.popperPlace] = fresh
      if at == fresh { return nil }
    }
    let element = unsafe slots[at % capacity].take()
    popped.value.store(at + 1, ordering: .releasing)
    return element
  }

  /// Elements inside, as seen from any thread: a moment's value, for display.
  package var count: Int {
    max(0, pushed.value.load(ordering: .relaxed) - popped.value.load(ordering: .relaxed))
  }
}

/// A counter on cache lines of its own: 64 bytes a line, doubled because lines are fetched in pairs.
private final class PaddedCounter: Sendable {
  let value = Atomic<Int>(0)
  private let padding: (Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64) = (
    0, 0, 0, 0, 0, 0, 0, 0
  )
  private let more: (Int64, Int64, Int64, Int64, Int64, Int64, Int64, Int64) = (
    0, 0, 0, 0, 0, 0, 0, 0
  )
}
