import ThermoclineCore

/// Remembers which events of the last `span` of event time were taken.
///
/// An event is a *duplicate* when one of the same account and id was taken before and lies no further than `span` behind
/// the newest event taken. That rule looks at times only, never at how full the table is or where something stands
/// in it, so it says the same for the same events in any batches and after any restart. One thing bends it: when
/// `idsMax` ids are remembered, the oldest sixteenth of the span is forgotten before its time, and counted.
///
/// One table with open addressing; what has run out is swept away a few slots with each new id, so that nothing is
/// allocated and nothing is moved in bulk while the number of ids stays about the same.
struct DuplicateFilter: ~Copyable, Sendable {
  // Not private: the compiler cannot name a private type that is a generic argument in debug builds.
  struct Slot: BitwiseCopyable {
    var value: SipHash128.Value
    /// Event time; `Int64.min` = empty.
    var time: Int64

    static let empty = Slot(value: .init(first: 0, second: 0), time: .min)
  }

  private var key: SipHash128.Key
  private let span: Int64
  private let idsMax: Int
  private var slots = Slab<Slot>(capacity: 1)
  private var mask = 0
  /// Slots that are not empty.
  private var used = 0
  /// Where the sweep goes on.
  private var cursor = 0
  /// The newest event taken.
  private var newest = Int64.min
  /// What lies before it is forgotten; only ever rises.
  private var floor = Int64.min

  // How many ids each pane (a sixteenth of the span) holds, for the maximum. Panes are counted from 1970.
  private let paneSpan: Int64
  private var counts = Slab<Int>()
  private var lowestPane = Int64.min
  private var newestPane = Int64.min
  /// Ids remembered, those of a pane that is partly behind the floor included.
  private(set) var count = 0
  /// Ids forgotten before their time, because there were too many.
  private var forgottenCount = 0

  private static let panesCount: Int64 = 16
  private static let ringMask: Int64 = 31
  private static let sweptSlots = 8

  /// `span` zero = remembers nothing.
  init(span: TimeSpan, idsMax: Int, key: SipHash128.Key) {
    self.span = span.milliseconds
    self.idsMax = max(1, idsMax)
    self.key = key
    paneSpan = max(1, (span.milliseconds + Self.panesCount - 1) / Self.panesCount)
    counts.append(repeating: 0, count: Int(Self.ringMask) + 1)
    slots.append(.empty)
  }

  var isOn: Bool { span > 0 }

  /// Memory held.
  var bytes: Int { slots.bytes }

  /// Ids forgotten before their time since the last call.
  mutating func takeForgotten() -> Int {
    defer { forgottenCount = 0 }
    return forgottenCount
  }

  /// What stands for an event: its account, as it names it, and its id. The account's length goes first, so that no two
  /// pairs are the same text.
  func value(account: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer) -> SipHash128.Value {
    var hash = SipHash128(key)
    hash.absorb(UInt64(truncatingIfNeeded: account.count))
    unsafe hash.absorbPadded(account)
    return unsafe hash.finish(id)
  }

  /// Whether such an event was taken inside the span.
  func contains(_ value: SipHash128.Value) -> Bool {
    let slot = find(value)
    return slots[slot].time >= floor && slots[slot].time != .min
  }

  /// Asks for the first slot of a value, so that it is in the cache when `contains` comes.
  @inline(__always) func prefetch(_ value: SipHash128.Value) {
    slots.prefetch(Int(truncatingIfNeeded: value.first) & mask)
  }

  /// Notes an event that was taken and of which `contains` said false.
  mutating func insert(_ value: SipHash128.Value, time: Int64) {
    if time > newest { advance(to: time) }
    guard time >= floor else { return }
    makeRoom()
    // So many at once that not even a sixteenth of the span could be kept.
    guard time >= floor else {
      forgottenCount += 1
      return
    }
    sweep()
    if (used + 1) * 8 > slots.count * 5 { grow() }
    let slot = find(value)
    if slots[slot].time == .min { used += 1 }
    slots[slot] = Slot(value: value, time: time)
    counts[Self.place(pane(time))] += 1
    count += 1
  }

  /// Forgets an event that was noted and not taken after all.
  mutating func remove(_ value: SipHash128.Value) {
    let slot = find(value)
    guard slots[slot].time != .min else { return }
    if slots[slot].time >= floor {
      counts[Self.place(pane(slots[slot].time))] -= 1
      count -= 1
    }
    remove(at: slot)
  }

  // MARK: time

  private func pane(_ time: Int64) -> Int64 {
    let quotient = time / paneSpan
    return time % paneSpan < 0 ? quotient - 1 : quotient
  }

  private static func place(_ pane: Int64) -> Int { Int(pane & ringMask) }

  private mutating func advance(to time: Int64) {
    newest = time
    newestPane = pane(time)
    raiseFloor(to: time - span)
  }

  /// Everything before this time is forgotten, without looking at it.
  private mutating func raiseFloor(to time: Int64) {
    guard time > floor else { return }
    floor = time
    let lowest = pane(time)
    // Never more panes than the ring has: the span and one on each side.
    if lowestPane == .min || lowest - lowestPane > Self.ringMask {
      for place in 0..<counts.count { counts[place] = 0 }
      count = 0
    } else {
      while lowestPane < lowest {
        count -= counts[Self.place(lowestPane)]
        counts[Self.place(lowestPane)] = 0
        lowestPane += 1
      }
    }
    lowestPane = lowest
  }

  private mutating func makeRoom() {
    while count >= idsMax {
      if lowestPane < newestPane {
        forgottenCount += counts[Self.place(lowestPane)]
        raiseFloor(to: (lowestPane + 1) * paneSpan)
      } else {
        forgottenCount += count
        raiseFloor(to: newest + 1)
        for place in 0..<counts.count { counts[place] = 0 }
        count = 0
      }
    }
  }

  // MARK: the table

  /// The slot of a value, or the empty one where it belongs.
  @inline(__always) private func find(_ value: SipHash128.Value) -> Int {
    var slot = Int(truncatingIfNeeded: value.first) & mask
    while slots[slot].time != .min, slots[slot].value != value { slot = (slot &+ 1) & mask }
    return slot
  }

  /// Removes what is forgotten from the next few slots.
  private mutating func sweep() {
    for _ in 0..<Self.sweptSlots {
      let time = slots[cursor].time
      if time != .min, time < floor {
        // A follower may have moved here: it is looked at next.
        remove(at: cursor)
      } else {
        cursor = (cursor &+ 1) & mask
      }
    }
  }

  /// Closes the gap by moving followers back, so that look-ups stay short.
  private mutating func remove(at slot: Int) {
    var hole = slot
    var at = slot
    while true {
      at = (at &+ 1) & mask
      if slots[at].time == .min { break }
      let home = Int(truncatingIfNeeded: slots[at].value.first) & mask
      if (at &- home) & mask >= (at &- hole) & mask {
        slots[hole] = slots[at]
        hole = at
      }
    }
    slots[hole] = .empty
    used -= 1
  }

  /// A table of twice the size, or of the same if a quarter of it is forgotten.
  @inline(never) private mutating func grow() {
    let size = used - min(used, count) > used / 4 ? slots.count : max(64, slots.count * 2)
    var old = Slab<Slot>(capacity: size)
    old.append(repeating: .empty, count: size)
    swap(&old, &slots)
    mask = size - 1
    used = 0
    cursor = 0
    for i in 0..<old.count where old[i].time != .min && old[i].time >= floor {
      let slot = find(old[i].value)
      slots[slot] = old[i]
      used += 1
    }
  }
}

extension DuplicateFilter {
  /// The ids with the key of their hashes.
  func write(to state: inout StateWriter) {
    state.write(plain: key)
    slots.write(to: &state)
    state.write(used)
    state.write(cursor)
    state.write(newest)
    state.write(floor)
    counts.write(to: &state)
    state.write(lowestPane)
    state.write(newestPane)
    state.write(count)
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    try state.read(plain: &key)
    try slots.read(from: &state)
    mask = slots.count - 1
    used = try state.int()
    cursor = try state.int()
    newest = try state.number()
    floor = try state.number()
    try counts.read(from: &state)
    lowestPane = try state.number()
    newestPane = try state.number()
    count = try state.int()
    guard slots.count > 0, slots.count & mask == 0, (0...mask).contains(cursor),
      counts.count == Int(Self.ringMask) + 1
    else { throw StateError("the table of ids has no size that it may have") }
  }
}
