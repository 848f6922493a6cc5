import ThermoclineCore

/// Which accounts have something to do at which tick.
///
/// Ticks are whole slides of the smallest slide. The wheel has a slot for each of the next `slotsCount` ticks;
/// what lies further ahead waits in an ordered overflow. An account is due at one tick at a time; entries
/// it left behind when it became due earlier are recognised by the caller and skipped.
struct TickWheel: ~Copyable, Sendable {
  struct Node: BitwiseCopyable {
    var account: UInt32
    var next: UInt32
  }

  private var slots: Slab<UInt32>
  private var nodes = NodePool<Node>()
  private let mask: Int64
  /// The first tick that was not drained yet.
  private(set) var now: Int64 = 0
  private var isStarted = false
  /// Entries in slots.
  private var pending = 0
  /// Ticks beyond the wheel, with their accounts; touched once for a whole turn of the wheel.
  private var overflow: [Int64: [UInt32]] = [:]
  private var overflowNext = Int64.max

  /// `span`: how many ticks ahead most entries lie.
  init(span: Int) {
    var count = 64
    while count < span + 2, count < 1 << 16 { count *= 2 }
    slots = Slab(capacity: count)
    slots.append(repeating: noNode, count: count)
    mask = Int64(count - 1)
  }

  /// Enters an account at a tick; a tick in the past counts as the next one.
  mutating func add(_ account: UInt32, at tick: Int64) {
    if !isStarted {
      now = tick
      isStarted = true
    }
    if tick < now, pending == 0, overflow.isEmpty {
      // Nothing waits: the wheel may turn back, as it does when a first event precedes the second in time.
      now = tick
    } else if tick < now {
      rewind(to: tick)
    }
    if tick - now > mask {
      overflow[tick, default: []].append(account)
      overflowNext = min(overflowNext, tick)
      return
    }
    let slot = Int(tick & mask)
    slots[slot] = nodes.take(Node(account: account, next: slots[slot]))
    pending += 1
  }

  /// The earliest tick with an entry, not after `limit`; the wheel stands there afterwards.
  mutating func next(upTo limit: Int64) -> Int64? {
    guard isStarted else { return nil }
    while now <= limit {
      if overflowNext - now <= mask { pullOverflow() }
      if pending == 0 {
        guard overflowNext <= limit else { return nil }
        now = overflowNext
        continue
      }
      if slots[Int(now & mask)] != noNode { return now }
      now += 1
    }
    return nil
  }

  /// Takes one entry of the tick where the wheel stands.
  mutating func pop() -> UInt32? {
    let slot = Int(now & mask)
    let head = slots[slot]
    guard head != noNode else { return nil }
    let node = nodes[head]
    slots[slot] = node.next
    nodes.give(head)
    pending -= 1
    return node.account
  }

  var bytes: Int { slots.bytes + nodes.bytes }

  private mutating func pullOverflow() {
    var rest = Int64.max
    for tick in overflow.keys.sorted() {
      if tick - now > mask {
        rest = tick
        break
      }
      for account in overflow.removeValue(forKey: tick)! { add(account, at: tick) }
    }
    overflowNext = rest
  }

  /// Moves everything that no longer fits behind an earlier tick out of the slots. Rare: only before the
  /// first tick of a partition was reached can time turn out to begin earlier than thought.
  private mutating func rewind(to tick: Int64) {
    for t in now...(now + mask) {
      let slot = Int(t & mask)
      while slots[slot] != noNode {
        let node = nodes[slots[slot]]
        nodes.give(slots[slot])
        slots[slot] = node.next
        pending -= 1
        overflow[t, default: []].append(node.account)
        overflowNext = min(overflowNext, t)
      }
    }
    now = tick
    pullOverflow()
  }
}
