import ThermoclineCore

/// What checkpoints of earlier formats hold in another form.
extension WindowStore {
  /// Before format 3 the events in the newest pane stood here, with the pane once more.
  private struct TallyBefore3: BitwiseCopyable {
    var index: Int32
    var events: UInt32
    var first: Int32
    var place: UInt32
  }

  /// Reads the tallies of format 1 or 2, when the names have been read.
  mutating func readOlderTallies(from state: inout StateReader) throws(StateError) {
    var older = Slab<TallyBefore3>()
    try older.read(from: &state)
    guard older.count == (isTallying ? entities.count : 0) else {
      throw StateError("there is not one tally for each user and feature")
    }
    tallies.removeAll()
    for i in 0..<older.count {
      tallies.append(Tallied(first: older[i].first, place: older[i].place))
    }
    guard isTallying else { return }
    entityNames.setTallies { index, mark in
      older[index].index == mark ? older[index].events : 0
    }
  }

  /// Before format 4 a pane was a row of a table, and its cells a block of another.
  private struct PaneBefore4: BitwiseCopyable {
    var index: Int32
    var next: UInt32
    var cells: UInt32
    var entities: UInt32
    var newest: UInt32
    var mayRepeat: UInt8
    var padding: UInt64
  }

  /// Reads the open panes of a format before 4, when the rows of accounts have been read, and puts them one by one
  /// where they stand now.
  mutating func readOlderPanes(from state: inout StateReader) throws(StateError) {
    var older = Slab<PaneBefore4>()
    var free = Slab<UInt32>()
    try older.read(from: &state)
    try free.read(from: &state)
    let used = older.count - (try state.int())
    var cells = Slab<Int64>()
    try cells.read(from: &state)
    try free.read(from: &state)
    guard cursors.count == accounts.count * cursorsPerAccount, free.count == levelsCount else {
      throw StateError("the panes are of another plan")
    }
    panes.removeAll()
    for account in 0..<accounts.count {
      for level in 0..<levelsCount {
        try takeOver(older, cells, UInt32(account), level)
      }
    }
    guard panes.count == used else { throw StateError("an open pane is no account's") }
  }

  private mutating func takeOver(
    _ older: borrowing Slab<PaneBefore4>, _ cells: borrowing Slab<Int64>,
    _ account: UInt32, _ level: Int
  ) throws(StateError) {
    let row = Int(account) * cursorsPerAccount + levels[level].cursorBase
    var at = cursors[row]
    var last = noNode
    while at != noNode {
      guard at < older.count, panes.count < older.count,
        Int(older[at].cells) + Int(levels[level].columns) <= cells.count
      else { throw StateError("an open pane stands nowhere") }
      let pane = panes.take(level, index: older[at].index, next: noNode)
      panes.raiseNewest(to: older[at].newest, of: pane)
      panes.setEntities(older[at].entities, of: pane)
      if older[at].mayRepeat != 0 { panes.setMayRepeat(pane) }
      for column in 0..<levels[level].columns {
        panes[pane, column] = cells[older[at].cells + column]
      }
      if last == noNode { cursors[row] = pane } else { panes.setNext(pane, of: last) }
      last = pane
      at = older[at].next
    }
    setTail(last, account, level)
  }
}
