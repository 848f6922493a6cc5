import ThermoclineCore

/// Which accounts have something to do at which tick.
///
/// Ticks are whole slides of the smallest slide. The wheel has a slot for each of the next ticks, a list of chunks of
/// accounts, so that what comes next can be seen ahead; what lies further in time waits in an ordered overflow. An account is due at one tick at a time; entries
/// it left behind when it became due earlier are recognised by the caller and skipped.
struct TickWheel: ~Copyable, Sendable {
  /// Accounts in a chunk; the word behind them names the next chunk. A chunk is a cache line.
  private static var chunkAccounts: UInt32 { 15 }
  private static var chunkWords: Int { 16 }

  /// The newest chunk of each slot, and how many accounts it has.
  private var heads: Slab<UInt32>
  private var fills: Slab<UInt32>
  private var words = Slab<UInt32>(capacity: 1_024)
  /// Chunks given back.
  private var free = Slab<UInt32>()
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
    heads = Slab(capacity: count)
    heads.append(repeating: noNode, count: count)
    fills = Slab(capacity: count)
    fills.append(repeating: 0, count: count)
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
    if heads[slot] == noNode || fills[slot] == Self.chunkAccounts { addChunk(slot) }
    words[Int(heads[slot]) &* Self.chunkWords &+ Int(fills[slot])] = account
    fills[slot] &+= 1
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
      if heads[Int(now & mask)] != noNode { return now }
      now += 1
    }
    return nil
  }

  /// Takes one entry of the tick where the wheel stands.
  @inline(__always) mutating func pop() -> UInt32? { pop(Int(now & mask)) }

  /// The entry that the n-th `pop` from now will give, n in 1…15, if it is near.
  @inline(__always) func ahead(_ n: UInt32) -> UInt32? {
    let slot = Int(now & mask)
    let head = heads[slot]
    guard head != noNode else { return nil }
    let base = Int(head) &* Self.chunkWords
    if n <= fills[slot] { return words[base &+ Int(fills[slot] &- n)] }
    let next = words[base &+ Int(Self.chunkAccounts)]
    guard next != noNode else { return nil }
    return words[Int(next) &* Self.chunkWords &+ Int(Self.chunkAccounts &+ fills[slot] &- n)]
  }

  var bytes: Int { heads.bytes + fills.bytes + words.bytes + free.bytes }

  @inline(__always) private mutating func pop(_ slot: Int) -> UInt32? {
    let head = heads[slot]
    guard head != noNode else { return nil }
    let base = Int(head) &* Self.chunkWords
    fills[slot] &-= 1
    let account = words[base &+ Int(fills[slot])]
    pending -= 1
    if fills[slot] == 0 {
      heads[slot] = words[base &+ Int(Self.chunkAccounts)]
      fills[slot] = heads[slot] == noNode ? 0 : Self.chunkAccounts
      free.append(head)
    }
    return account
  }

  private mutating func addChunk(_ slot: Int) {
    var chunk = UInt32(truncatingIfNeeded: words.count / Self.chunkWords)
    if let given = free.popLast() {
      chunk = given
    } else {
      words.append(repeating: 0, count: Self.chunkWords)
    }
    words[Int(chunk) &* Self.chunkWords &+ Int(Self.chunkAccounts)] = heads[slot]
    heads[slot] = chunk
    fills[slot] = 0
  }

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
      while let account = pop(Int(t & mask)) {
        overflow[t, default: []].append(account)
        overflowNext = min(overflowNext, t)
      }
    }
    now = tick
    pullOverflow()
  }
}

extension TickWheel {
  func write(to state: inout StateWriter) {
    heads.write(to: &state)
    fills.write(to: &state)
    words.write(to: &state)
    free.write(to: &state)
    state.write(now)
    state.write(isStarted)
    state.write(pending)
    state.write(UInt64(overflow.count))
    for (tick, accounts) in overflow.sorted(by: { $0.key < $1.key }) {
      state.write(tick)
      state.write(UInt64(accounts.count))
      for account in accounts { state.write(UInt64(account)) }
    }
    state.write(overflowNext)
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    try heads.read(from: &state)
    try fills.read(from: &state)
    guard heads.count == Int(mask) + 1, fills.count == heads.count else {
      throw StateError("the ticks are of another plan")
    }
    try words.read(from: &state)
    try free.read(from: &state)
    now = try state.number()
    isStarted = try state.flag()
    pending = try state.int()
    overflow = [:]
    for _ in 0..<(try state.count()) {
      let tick = try state.number()
      var accounts: [UInt32] = []
      for _ in 0..<(try state.count()) {
        accounts.append(UInt32(truncatingIfNeeded: try state.unsigned()))
      }
      overflow[tick] = accounts
    }
    overflowNext = try state.number()
  }
}
