import ThermoclineCore
import ThermoclineWindows

/// Which account each user of one partition belongs to, as events of the kind `membership` said, and which users are
/// the same person (`alias`).
///
/// The membership with the latest event time wins, whatever the order in which they came; of two with the same time the
/// account whose name sorts last. Never more than `usersMax` users are known: the one that was told of or asked for
/// longest ago is forgotten. Users are compared by their names, the hash only says where to look.
///
/// SAFETY: names that come in lie in an `EventBatch` and names that are kept in a `NameHeap`; both are readable for 64
/// bytes past their end. What `account(of:)` gives is void after the next change.
struct AccountDirectory: ~Copyable, Sendable {
  // Not private: the compiler cannot name a private type that is a generic argument in debug builds.
  struct Entry: BitwiseCopyable {
    var hash: UInt64
    var user: NameReference
    /// None when no membership is known.
    var account = NameReference.none
    /// Event time of the membership.
    var time = Int64.min
    /// The user whose entry speaks for this one; none when this one does.
    var sameAs = NameReference.none
    /// Neighbours in the order of use; `noNode` = none.
    var newer = noNode
    var older = noNode
  }

  private let usersMax: Int
  private var key: SipHash128.Key
  private var heap = NameHeap()
  private var entries = NodePool<Entry>(capacity: 16)
  /// Entry by hash, open addressing; `noNode` = empty.
  private var slots = Slab<UInt32>(capacity: 16)
  private var mask = 15
  private var newest = noNode
  private var oldest = noNode
  private(set) var count = 0

  init(usersMax: Int, key: SipHash128.Key) {
    self.usersMax = usersMax
    self.key = key
    slots.append(repeating: noNode, count: 16)
  }

  /// Memory held.
  var bytes: Int { heap.bytes + entries.bytes + slots.bytes }

  /// The account of a user, following aliases; nil when none is known.
  mutating func account(of user: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard count > 0 else { return nil }
    let found = unsafe root(user)
    guard found != noNode, !entries[found].account.isNone else { return nil }
    return unsafe text(entries[found].account)
  }

  /// The user who speaks for a user: the last of its aliases, or the user itself.
  mutating func speaker(of user: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    let found = unsafe root(user)
    return unsafe found == noNode ? user : text(entries[found].user)
  }

  /// The user belongs to the account since a time.
  mutating func join(
    _ user: UnsafeRawBufferPointer, to account: UnsafeRawBufferPointer, at time: Int64
  ) {
    guard usersMax > 0, user.count > 0, account.count > 0 else { return }
    var entry = unsafe root(user)
    if entry == noNode { entry = unsafe add(user) }
    let name = unsafe heap.store(account.baseAddress!, account.count)
    guard wins(name, time, over: entry) else {
      heap.remove(name)
      return
    }
    if !entries[entry].account.isNone { heap.remove(entries[entry].account) }
    entries[entry].account = name
    entries[entry].time = time
  }

  /// From now on `user` speaks for `earlier`; the later of their memberships counts for both.
  mutating func merge(_ earlier: UnsafeRawBufferPointer, into user: UnsafeRawBufferPointer) {
    // Two entries are needed at the same time.
    guard usersMax > 1, earlier.count > 0, user.count > 0 else { return }
    var from = unsafe root(earlier)
    var to = unsafe root(user)
    if from != noNode, from == to { return }
    if from == noNode { from = unsafe add(earlier) }
    // What was added or asked for last is forgotten last, so that neither forgets the other.
    if to == noNode { to = unsafe add(user) }
    if from == to { return }
    // Where a chain of aliases is longer than is followed, it ended at one that has a speaker.
    if !entries[from].sameAs.isNone { heap.remove(entries[from].sameAs) }
    // Copied, for the heap may move while it stores.
    let speaker = unsafe Array(text(entries[to].user))
    entries[from].sameAs = unsafe speaker.withUnsafeBytes {
      unsafe heap.store($0.baseAddress!, $0.count)
    }
    let account = entries[from].account
    entries[from].account = .none
    guard !account.isNone else { return }
    if wins(account, entries[from].time, over: to) {
      if !entries[to].account.isNone { heap.remove(entries[to].account) }
      entries[to].account = account
      entries[to].time = entries[from].time
    } else {
      heap.remove(account)
    }
  }

  // MARK: names

  private func text(_ name: NameReference) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: heap.start(name), count: Int(name.length))
  }

  private func hash(_ user: UnsafeRawBufferPointer) -> UInt64 {
    var hash = SipHash128(key)
    return unsafe hash.finish(user).first
  }

  private func isEqual(_ name: NameReference, _ text: UnsafeRawBufferPointer) -> Bool {
    guard Int(name.length) == text.count else { return false }
    return unsafe self.text(name).elementsEqual(text)
  }

  /// Whether a membership replaces the one an entry has: a later one, and of two at one time the name that sorts last.
  private func wins(_ account: NameReference, _ time: Int64, over entry: UInt32) -> Bool {
    let known = entries[entry].account
    if known.isNone || time != entries[entry].time {
      return known.isNone || time > entries[entry].time
    }
    return unsafe text(known).lexicographicallyPrecedes(text(account))
  }

  // MARK: entries

  /// The entry that speaks for a user, made the last to be forgotten; `noNode` when there is none.
  private mutating func root(_ user: UnsafeRawBufferPointer) -> UInt32 {
    var entry = unsafe find(user)
    if entry != noNode { use(entry) }
    for _ in 0..<Limits.aliasesMax {
      guard entry != noNode, !entries[entry].sameAs.isNone else { return entry }
      let next = unsafe find(text(entries[entry].sameAs))
      // Whom it stood for is forgotten: it is on its own again.
      if next == noNode {
        heap.remove(entries[entry].sameAs)
        entries[entry].sameAs = .none
        return entry
      }
      entry = next
      use(entry)
    }
    return entry
  }

  private func find(_ user: UnsafeRawBufferPointer) -> UInt32 {
    let hash = unsafe hash(user)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != noNode {
      let entry = slots[slot]
      if entries[entry].hash == hash, unsafe isEqual(entries[entry].user, user) { return entry }
      slot = (slot + 1) & mask
    }
    return noNode
  }

  private mutating func add(_ user: UnsafeRawBufferPointer) -> UInt32 {
    if count >= usersMax { forget(oldest) }
    if (count + 1) * 2 > slots.count { grow() }
    let name = unsafe heap.store(user.baseAddress!, user.count)
    let entry = unsafe entries.take(Entry(hash: hash(user), user: name))
    place(entry)
    push(entry)
    count += 1
    return entry
  }

  private mutating func place(_ entry: UInt32) {
    var slot = Int(truncatingIfNeeded: entries[entry].hash) & mask
    while slots[slot] != noNode { slot = (slot + 1) & mask }
    slots[slot] = entry
  }

  private mutating func grow() {
    let size = slots.count * 2
    var old = Slab<UInt32>(capacity: size)
    old.append(repeating: noNode, count: size)
    swap(&old, &slots)
    mask = size - 1
    for i in 0..<old.count where old[i] != noNode { place(old[i]) }
  }

  private mutating func forget(_ entry: UInt32) {
    var hole = Int(truncatingIfNeeded: entries[entry].hash) & mask
    while slots[hole] != entry { hole = (hole + 1) & mask }
    var at = hole
    while true {
      at = (at + 1) & mask
      if slots[at] == noNode { break }
      let home = Int(truncatingIfNeeded: entries[slots[at]].hash) & mask
      if (at - home) & mask >= (at - hole) & mask {
        slots[hole] = slots[at]
        hole = at
      }
    }
    slots[hole] = noNode
    unlink(entry)
    heap.remove(entries[entry].user)
    for name in [entries[entry].account, entries[entry].sameAs] where !name.isNone {
      heap.remove(name)
    }
    entries.give(entry)
    count -= 1
  }

  // MARK: the order of use

  private mutating func use(_ entry: UInt32) {
    if newest == entry { return }
    unlink(entry)
    push(entry)
  }

  private mutating func push(_ entry: UInt32) {
    entries[entry].newer = noNode
    entries[entry].older = newest
    if newest != noNode { entries[newest].newer = entry }
    newest = entry
    if oldest == noNode { oldest = entry }
  }

  private mutating func unlink(_ entry: UInt32) {
    let (newer, older) = (entries[entry].newer, entries[entry].older)
    if newer == noNode { newest = older } else { entries[newer].older = older }
    if older == noNode { oldest = newer } else { entries[older].newer = newer }
  }
}

extension AccountDirectory {
  /// The users with the key of their hashes.
  func write(to state: inout StateWriter) {
    state.write(plain: key)
    heap.write(to: &state)
    entries.write(to: &state)
    slots.write(to: &state)
    state.write(UInt64(newest))
    state.write(UInt64(oldest))
    state.write(count)
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    try state.read(plain: &key)
    try heap.read(from: &state)
    try entries.read(from: &state)
    try slots.read(from: &state)
    mask = slots.count - 1
    newest = UInt32(truncatingIfNeeded: try state.unsigned())
    oldest = UInt32(truncatingIfNeeded: try state.unsigned())
    count = try state.int()
    guard slots.count > 0, slots.count & mask == 0, (0..<slots.count).contains(count) else {
      throw StateError("the table of users has no size that it may have")
    }
    while count > usersMax { forget(oldest) }
  }
}
