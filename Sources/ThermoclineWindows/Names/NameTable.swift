import ThermoclineCore

/// Names to dense indices: accounts and event types, and, under an owner, the users and features of an
/// account. Open addressing with linear probing; a hit is proved by comparing the names themselves, so two names
/// never become one because their hashes collide.
///
/// A slot is half a cache line and holds all that an event needs of a short name. A search begins with the first of the two slots
/// of a line, so a hit costs one miss, if not many names want the same line. A removed entry is closed by shifting its followers
/// back, so there are no tombstones and look-ups stay short however many names come and go.
struct NameTable: ~Copyable, Sendable {
  struct Slot: BitwiseCopyable {
    var first: UInt64
    /// Of a long name: the mark, the length (24 bits) and the granule (32 bits).
    var second: UInt64
    var owner: UInt32
    /// Two numbers that the table's user keeps here, at hand for every event: this and `mark`.
    var tally: UInt32
    /// `noNode` = empty.
    var index: UInt32
    var mark: Int32

    /// Whether it has the words of a key: it is empty, or has this name. A long name's slot never has its key's.
    @inline(__always) func has(_ key: NameKey, owner: UInt32) -> Bool {
      (first ^ key.first) | (second ^ key.second) | UInt64(self.owner ^ owner) == 0
    }

    static let empty = Slot(first: 0, second: 0, owner: 0, tally: 0, index: noNode, mark: 0)
  }

  private var seed: UInt64
  private var slots: Slab<Slot>
  private var heap = NameHeap()
  /// Hash by index: where to begin looking for the slot of an index.
  private var hashes = NodePool<UInt32>()
  private(set) var count = 0
  /// Goes up whenever names may have moved to other slots.
  private(set) var age = 0

  init(seed: UInt64, capacity: Int = 64) {
    self.seed = seed
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Slab(capacity: size)
    slots.append(repeating: .empty, count: size)
  }

  @inline(__always) func key(_ name: UnsafeRawBufferPointer, owner: UInt32) -> NameKey {
    unsafe NameKey(name, owner: owner, seed: seed)
  }

  /// The slot of a name under an owner, or −1. Slots are void after the next insertion or removal.
  ///
  /// Changes nothing; mutating because the compiler copies a noncopyable struct of this size (136 bytes) before it lends it,
  /// 8 % of the reference query.
  @inline(__always)
  mutating func find(_ key: NameKey, _ name: UnsafeRawBufferPointer, owner: UInt32) -> Int {
    var slot = home(key.hash)
    while true {
      let candidate = slots[slot]
      if candidate.index == noNode { return -1 }
      if candidate.first == key.first, candidate.owner == owner {
        if candidate.second == key.second { return slot }
        if key.isLong, unsafe isLongMatch(candidate, name) { return slot }
      }
      slot = following(slot)
    }
  }

  /// The same in a table so full that nothing foretells in which slot of a line a name stands: both are looked at
  /// without a branch. A branch that is mistaken there waits for the line.
  @inline(__always)
  mutating func findAmongMany(
    _ key: NameKey, _ name: UnsafeRawBufferPointer, owner: UInt32
  ) -> Int {
    let first = home(key.hash)
    let second = following(first)
    let isSecond = slots[second].has(key, owner: owner)
    if slots[first].has(key, owner: owner) != isSecond {
      let slot = isSecond ? second : first
      if slots[slot].index != noNode { return slot }
    }
    return unsafe find(key, name, owner: owner)
  }

  /// Whether a short name still stands in a slot where it was found; false for a long one.
  @inline(__always) func has(_ key: NameKey, owner: UInt32, at slot: Int) -> Bool {
    slot < slots.count && slots[slot].has(key, owner: owner) && slots[slot].index != noNode
  }

  /// Where the search for a hash begins: at the first slot of a line. Hashes lie over any number of slots in their own order, so
  /// that the table need not double (Lemire, "Fast random integer generation in an interval", 2019, doi 10.1145/3230636).
  @inline(__always) private func home(_ hash: UInt32) -> Int {
    Int(truncatingIfNeeded: (UInt64(hash) &* UInt64(truncatingIfNeeded: slots.count)) &>> 32) & ~1
  }

  /// Where the search for the name in a slot begins.
  private func home(of slot: Slot) -> Int {
    home(NameKey.hash(first: slot.first, second: slot.second, owner: slot.owner, seed: seed))
  }

  @inline(__always) private func following(_ slot: Int) -> Int {
    slot &+ 1 == slots.count ? 0 : slot &+ 1
  }

  /// Asks for the first two slots of a key, so that they are in the cache when `find` comes.
  @inline(__always) func prefetch(_ key: NameKey) { slots.prefetch(home(key.hash)) }

  @inline(__always) func index(at slot: Int) -> UInt32 { slots[slot].index }

  @inline(__always) func mark(at slot: Int) -> Int32 { slots[slot].mark }

  @inline(__always) mutating func setMark(_ mark: Int32, at slot: Int) { slots[slot].mark = mark }

  /// 0 for a new name.
  @inline(__always) func tally(at slot: Int) -> UInt32 { slots[slot].tally }

  @inline(__always) mutating func setTally(_ tally: UInt32, at slot: Int) {
    slots[slot].tally = tally
  }

  /// Sets the tallies of all names.
  mutating func setTallies(by tally: (_ index: UInt32, _ mark: Int32) -> UInt32) {
    for slot in 0..<slots.count where slots[slot].index != noNode {
      slots[slot].tally = tally(slots[slot].index, slots[slot].mark)
    }
  }

  @inline(never)
  private func isLongMatch(_ candidate: Slot, _ name: UnsafeRawBufferPointer) -> Bool {
    guard candidate.second >= NameKey.longMark else { return false }
    let reference = Self.reference(candidate)
    return unsafe Int(reference.length) == name.count
      && NameBytes.equal(heap.start(reference), name.baseAddress.unsafelyUnwrapped, name.count)
  }

  /// Adds a name that `find` did not find; gives its slot. Its index may be one given back before.
  mutating func insert(
    _ key: NameKey, _ name: UnsafeRawBufferPointer, owner: UInt32, mark: Int32 = 0
  ) -> Int {
    if (count + 1) * 3 > slots.count * 2 { grow() }
    var second = key.second
    if key.isLong {
      let reference = unsafe heap.store(name.baseAddress!, name.count)
      second = NameKey.longMark | UInt64(reference.length) << 32 | UInt64(reference.granule)
    }
    let index = hashes.take(key.hash)
    count += 1
    age &+= 1
    return place(
      Slot(
        first: key.first, second: second, owner: owner, tally: 0, index: index, mark: mark),
      from: home(key.hash))
  }

  /// The slot of an index in use.
  func slot(of index: UInt32) -> Int {
    var slot = home(hashes[index])
    while slots[slot].index != index { slot = following(slot) }
    return slot
  }

  /// The slot of the same name under another owner, or −1.
  mutating func sibling(ofNameAt slot: Int, under owner: UInt32) -> Int {
    let name = slots[slot]
    if name.second >= NameKey.longMark {
      let reference = Self.reference(name)
      let text = unsafe UnsafeRawBufferPointer(
        start: heap.start(reference), count: Int(reference.length))
      return unsafe find(key(text, owner: owner), text, owner: owner)
    }
    // The key of a short name holds the name.
    let hash = NameKey.hash(first: name.first, second: name.second, owner: owner, seed: seed)
    let key = NameKey(first: name.first, second: name.second, hash: hash)
    return unsafe find(key, UnsafeRawBufferPointer(start: nil, count: 0), owner: owner)
  }

  /// Asks for what `slot(of:)` needs first, and, when that is at hand, for the slot.
  @inline(__always) func prefetchHash(of index: UInt32) { hashes.prefetch(index) }
  @inline(__always) func prefetchSlot(of index: UInt32) { slots.prefetch(home(hashes[index])) }

  /// Forgets the name in a slot; its index may be handed out again.
  mutating func remove(at slot: Int) {
    let gone = slots[slot]
    var hole = slot
    var at = slot
    while true {
      at = following(at)
      let follower = slots[at]
      if follower.index == noNode { break }
      // The follower may move into the hole unless its home lies between the hole and itself.
      if distance(from: home(of: follower), to: at) >= distance(from: hole, to: at) {
        slots[hole] = follower
        hole = at
      }
    }
    slots[hole] = .empty
    if gone.second >= NameKey.longMark { heap.remove(Self.reference(gone)) }
    hashes.give(gone.index)
    count -= 1
    age &+= 1
  }

  /// Steps from one slot to another.
  private func distance(from start: Int, to end: Int) -> Int {
    end >= start ? end - start : end - start + slots.count
  }

  func string(_ index: UInt32) -> String {
    unsafe withBytes(of: index) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// Writes the name of an index in use to a text.
  func append(_ index: UInt32, to text: inout TextBuffer) {
    unsafe withBytes(of: index) { unsafe text.append($0) }
  }

  private func withBytes<Result>(
    of index: UInt32, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let slot = slots[slot(of: index)]
    if slot.second >= NameKey.longMark {
      let name = Self.reference(slot)
      return unsafe body(
        UnsafeRawBufferPointer(start: heap.start(name), count: Int(name.length)))
    }
    let words = (slot.first.littleEndian, slot.second.littleEndian)
    let count = Int(slot.second >> 56)
    return unsafe withUnsafeBytes(of: words) {
      unsafe body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
  }

  var bytes: Int { slots.bytes + heap.bytes + hashes.bytes }

  private static func reference(_ slot: Slot) -> NameReference {
    NameReference(
      granule: UInt32(truncatingIfNeeded: slot.second),
      length: UInt32(truncatingIfNeeded: slot.second >> 32) & 0xFF_FFFF)
  }

  private mutating func place(_ new: Slot, from home: Int) -> Int {
    var slot = home
    while slots[slot].index != noNode { slot = following(slot) }
    slots[slot] = new
    return slot
  }

  @inline(never) private mutating func grow() {
    rehash(size: slots.count + slots.count / (slots.count < 1 << 16 ? 1 : 4))
  }

  private mutating func rehash(size: Int) {
    var fresh = Slab<Slot>(capacity: size)
    fresh.append(repeating: .empty, count: size)
    swap(&fresh, &slots)
    for i in 0..<fresh.count where fresh[i].index != noNode {
      _ = place(fresh[i], from: home(of: fresh[i]))
    }
  }
}

extension NameTable {
  /// The names with the seed of their hashes, so that every index stays what it is.
  func write(to state: inout StateWriter) {
    state.write(seed)
    slots.write(to: &state)
    heap.write(to: &state)
    hashes.write(to: &state)
    state.write(count)
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    seed = try state.unsigned()
    try slots.read(from: &state)
    try heap.read(from: &state)
    try hashes.read(from: &state)
    count = try state.int()
    age &+= 1
    guard slots.count >= 16, (0...slots.count * 2 / 3).contains(count) else {
      throw StateError("a table of names is fuller than it may be")
    }
    if state.format < 3 { takeOver() }
  }

  /// Before format 3 a search began at either slot of a line, and a slot had the hash where it has the tally.
  private mutating func takeOver() {
    for slot in 0..<slots.count { slots[slot].tally = 0 }
    rehash(size: slots.count)
  }
}
