import ThermoclineCore

/// Closed panes cross the boundaries of windows: they enter baselines and leave windows.
extension WindowStore {
  /// Moves the cursors of an account's cells over every boundary that is due.
  mutating func crossCells(_ account: UInt32, _ level: Int) {
    let totalsRow = Int(account) &* totalsPerAccount
    let columns = Int(levels[level].columns)
    cross(account, levels[level].cells, levels[level].tick) { store, boundary, _, position in
      store.passCells(totalsRow, level, boundary &* columns, &position)
    }
  }

  /// Moves the cursors of an account's users and features over every boundary that is due. Before panes close: what leaves a
  /// window must be gone when what enters is compared with it.
  mutating func crossEntities(_ account: UInt32, _ level: Int) {
    let totalsRow = Int(account) &* totalsPerAccount
    let last = levels[level].entities.boundaries &- 1
    cross(account, levels[level].entities, levels[level].tick) { store, boundary, index, position in
      store.passEntities(
        totalsRow, level, boundary &* Int(store.dimensionsCount), index, &position,
        forgets: boundary == last)
    }
    if leavers.count > 0 { forgetLeavers(account) }
  }

  /// Moves the cursors of one log over every boundary that is due at a tick, the oldest boundary first; `pass` does what
  /// boundary does with a pane and moves the position behind it.
  @inline(__always)
  private mutating func cross(
    _ account: UInt32, _ hot: HotLog, _ now: Int32,
    _ pass: (inout WindowStore, _ boundary: Int, _ index: Int32, _ position: inout UInt32) -> Void
  ) {
    let row = Int(account) &* cursorsPerAccount &+ hot.cursorBase
    let end = cursors[row]
    guard end != noNode else { return }
    var k = hot.boundaries &- 1
    while k > 0 {
      let age = ages[hot.agesBase &+ k]
      let at = row &+ 2 &* k
      var position = cursors[at]
      var index = Int32(bitPattern: cursors[at &+ 1])
      if position != end, index &+ age < now {
        let first = position
        repeat {
          pass(&self, k, index, &position)
          if position != end { index &+= deltaAhead(position) }
        } while position != end && index &+ age < now
        cursors[at] = position
        cursors[at &+ 1] = UInt32(bitPattern: index)
        if k == hot.boundaries &- 1, drop(hot, row, from: first, to: position) { return }
      }
      k &-= 1
    }
  }

  @inline(__always)
  private mutating func passCells(
    _ totalsRow: Int, _ level: Int, _ steps: Int, _ position: inout UInt32
  ) {
    let stepsBase = levels[level].cells.stepsBase &+ steps
    let base = Int(levels[level].columnsBase)
    var left = log.header(&position).count
    while left > 0 {
      let column = Int(log.read(&position))
      let value = log.value(isSum: columnIsSum[base &+ column], &position)
      add(cellSteps[stepsBase &+ column], value, totalsRow)
      left &-= 1
    }
  }

  @inline(__always)
  private mutating func passEntities(
    _ totalsRow: Int, _ level: Int, _ steps: Int, _ index: Int32, _ position: inout UInt32,
    forgets: Bool
  ) {
    let stepsBase = levels[level].entities.stepsBase &+ steps
    var left = log.header(&position).count
    while left > 0 {
      let number = UInt32(truncatingIfNeeded: log.number(&position))
      let entity = entities[number]
      if dimensionIsTallied[entity.dimension] { _ = log.number(&position) }
      let dimension = stepsBase &+ Int(entity.dimension)
      add(entitySteps[dimension], 1, totalsRow)
      // Who was seen there last leaves the distinct counts. Without a branch, see `closeEntities`.
      add(leavingSteps[dimension], entity.lastClosed == index ? 1 : 0, totalsRow)
      if forgets, entity.lastSeen == index { leavers.append(number) }
      left &-= 1
    }
  }

  /// Gives up the names of users and features whose last pane was dropped. Where they stand is asked for together: their
  /// misses, two for each, overlap.
  @inline(never)
  private mutating func forgetLeavers(_ account: UInt32) {
    for i in 0..<leavers.count { entityNames.prefetchHash(of: leavers[i]) }
    for i in 0..<leavers.count { entityNames.prefetchSlot(of: leavers[i]) }
    for i in 0..<leavers.count { entityNames.remove(at: entityNames.slot(of: leavers[i])) }
    accounts[account].entities &-= UInt32(truncatingIfNeeded: leavers.count)
    leavers.removeAll()
  }

  /// How many slides after the pane before it the pane at a position is.
  @inline(__always) func deltaAhead(_ position: UInt32) -> Int32 {
    var at = position
    return log.header(&at).delta
  }

  /// Gives back what a log's last boundary has passed. True when that was all: the log is empty, and no cursor of it
  /// stands anywhere.
  private mutating func drop(
    _ hot: HotLog, _ row: Int, from start: UInt32, to position: UInt32
  ) -> Bool {
    log.release(from: start, to: position)
    guard position == cursors[row] else { return false }
    clear(hot, row)
    return true
  }

  /// Empties a log.
  mutating func clear(_ hot: HotLog, _ row: Int) {
    let end = cursors[row]
    guard end != noNode else { return }
    log.release(from: cursors[row &+ 2 &* (hot.boundaries &- 1)], to: end)
    log.end(end)
    cursors[row] = noNode
    var k = 1
    while k < hot.boundaries {
      cursors[row &+ 2 &* k] = noNode
      k &+= 1
    }
  }
}
