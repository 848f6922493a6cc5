import ThermoclineCore

/// Names to dense indices: accounts and event types, and, under an owner, the users and features of an
/// account. Open addressing with linear probing; a hit is proved by comparing the bytes, so two names never
/// become one because their hashes collide.
///
/// Slots hold an index and 32 bits of the hash; a removed entry is closed by shifting its followers back, so
/// there are no tombstones and look-ups stay short however many names come and go.
struct NameTable: ~Copyable, Sendable {
  struct Slot: BitwiseCopyable {
    var hash: UInt32
    /// `noNode` = empty.
    var index: UInt32
  }
  struct Entry: BitwiseCopyable {
    var name: NameReference
    var owner: UInt32
    var hash: UInt32
  }

  private let seed: UInt64
  private var slots: Slab<Slot>
  private var mask: Int
  private var heap = NameHeap()
  private var entries = NodePool<Entry>()
  private(set) var count = 0

  init(seed: UInt64, capacity: Int = 64) {
    self.seed = seed
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Slab(capacity: size)
    slots.append(repeating: Slot(hash: 0, index: noNode), count: size)
    mask = size - 1
  }

  /// The index of a name under an owner, or `noNode`.
  @inline(__always)
  func find(_ name: UnsafeRawBufferPointer, owner: UInt32, hash: UInt32) -> UInt32 {
    let start = unsafe name.baseAddress.unsafelyUnwrapped
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let candidate = slots[slot]
      if candidate.index == noNode { return noNode }
      if candidate.hash == hash {
        let entry = entries[candidate.index]
        if entry.owner == owner, Int(entry.name.length) == name.count,
          unsafe NameBytes.equal(heap.start(entry.name), start, name.count)
        {
          return candidate.index
        }
      }
      slot = (slot &+ 1) & mask
    }
  }

  @inline(__always) func hash(_ name: UnsafeRawBufferPointer, owner: UInt32) -> UInt32 {
    let h = unsafe NameBytes.hash(
      name.baseAddress.unsafelyUnwrapped, name.count,
      seed: seed ^ (UInt64(owner) &* 0x9E37_79B9_7F4A_7C15))
    return UInt32(truncatingIfNeeded: h)
  }

  /// Adds a name that `find` did not find; gives its index, which may be one given back before.
  mutating func insert(_ name: UnsafeRawBufferPointer, owner: UInt32, hash: UInt32) -> UInt32 {
    if (count + 1) * 8 > slots.count * 5 { rehash() }
    let reference = unsafe heap.store(name.baseAddress!, name.count)
    let index = entries.take(Entry(name: reference, owner: owner, hash: hash))
    place(Slot(hash: hash, index: index))
    count += 1
    return index
  }

  /// Forgets a name; its index may be handed out again.
  mutating func remove(_ index: UInt32) {
    let entry = entries[index]
    var slot = Int(entry.hash) & mask
    while slots[slot].index != index { slot = (slot + 1) & mask }
    var hole = slot
    while true {
      slot = (slot + 1) & mask
      let follower = slots[slot]
      if follower.index == noNode { break }
      let home = Int(follower.hash) & mask
      // The follower may move into the hole unless its home lies between the hole and itself.
      if (slot - home) & mask >= (slot - hole) & mask {
        slots[hole] = follower
        hole = slot
      }
    }
    slots[hole] = Slot(hash: 0, index: noNode)
    heap.remove(entry.name)
    entries.give(index)
    count -= 1
  }

  func string(_ index: UInt32) -> String { heap.string(entries[index].name) }

  /// The bytes of a name; void after the next change of the table.
  func bytes(of index: UInt32) -> UnsafeRawBufferPointer {
    let name = entries[index].name
    return unsafe UnsafeRawBufferPointer(start: heap.start(name), count: Int(name.length))
  }

  var bytes: Int { slots.bytes + heap.bytes + entries.bytes }

  private mutating func place(_ new: Slot) {
    var slot = Int(new.hash) & mask
    while slots[slot].index != noNode { slot = (slot + 1) & mask }
    slots[slot] = new
  }

  @inline(never) private mutating func rehash() {
    let size = slots.count * 2
    var fresh = Slab<Slot>(capacity: size)
    fresh.append(repeating: Slot(hash: 0, index: noNode), count: size)
    swap(&fresh, &slots)
    mask = size - 1
    for i in 0..<fresh.count where fresh[i].index != noNode { place(fresh[i]) }
  }
}
