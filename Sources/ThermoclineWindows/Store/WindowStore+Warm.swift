import ThermoclineCore

/// What is known of an event before its turn: the keys of its names.
struct WarmEvent: BitwiseCopyable {
  var account: NameKey
  var user: NameKey
  /// Whose user `user` is the key of; `noNode` = not computed.
  var owner: UInt32
}

extension WindowStore {
  /// Events looked at together, ahead of their turn.
  package static let warmMax = 16

  /// Brings what the next events will touch into the cache. One event's look-ups depend on each other, so each of their
  /// cache misses would be waited for; the same look-ups of several events do not, so the processor overlaps them. Reads
  /// only: what is applied, and in what order, stays as it is.
  ///
  /// Together with keeping short names in the slots it took the reference query from 3.3 to 2.0 times the processor time
  /// of a bare simdjson decode (medians of runs in turn; README, "Measured").
  package mutating func warm(_ batch: borrowing EventBatch, from start: Int, count: Int) {
    var touched: UInt64 = 0
    for j in 0..<count {
      let key = unsafe accountNames.key(batch.text(batch[start &+ j].account), owner: 0)
      warmed[j].account = key
      warmed[j].owner = noNode
      touched ^= accountNames.touch(key)
    }
    for j in 0..<count {
      let slot = unsafe accountNames.find(
        warmed[j].account, batch.text(batch[start &+ j].account), owner: 0)
      if slot < 0 { continue }
      let account = accountNames.index(at: slot)
      touched ^= UInt64(truncatingIfNeeded: accounts[account].newest)
      touched ^= UInt64(cursors[Int(account) &* cursorsPerAccount &+ 1])
      if warmDimension == noNode || batch[start &+ j].user.isAbsent { continue }
      let owner = account &* dimensionsCount &+ warmDimension
      let key = unsafe entityNames.key(batch.text(batch[start &+ j].user), owner: owner)
      warmed[j].user = key
      warmed[j].owner = owner
      touched ^= entityNames.touch(key)
    }
    for j in 0..<count where warmed[j].owner != noNode {
      let account = warmed[j].owner / dimensionsCount
      let tail = cursors[Int(account) &* cursorsPerAccount &+ 1]
      if tail == noNode { continue }
      touched ^= UInt64(panes[tail].cells)
    }
    for j in 0..<count where warmed[j].owner != noNode {
      let account = warmed[j].owner / dimensionsCount
      let tail = cursors[Int(account) &* cursorsPerAccount &+ 1]
      if tail == noNode || panes[tail].cells == noNode { continue }
      touched ^= UInt64(cells[panes[tail].cells].next)
    }
    // Kept, or the compiler would see that the reads are for nothing.
    warmth = touched
  }
}
