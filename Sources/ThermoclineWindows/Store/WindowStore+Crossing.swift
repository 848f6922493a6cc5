import ThermoclineCore

/// Closed panes cross the boundaries of windows: they enter baselines and leave windows.
extension WindowStore {
  /// Moves the cursors of an account's cells over every boundary that is due.
  mutating func crossCells(_ account: UInt32, _ level: Int) {
    let hot = levels[level].cells
    let row = Int(account) &* cursorsPerAccount &+ hot.cursorBase
    let end = cursors[row]
    guard end != noNode else { return }
    let now = levels[level].tick
    var k = hot.boundaries &- 1
    while k > 0 {
      let age = ages[hot.agesBase &+ k]
      let at = row &+ 2 &* k
      var position = cursors[at]
      var index = Int32(bitPattern: cursors[at &+ 1])
      if position != end, index &+ age < now {
        let first = position
        repeat {
          crossCells(account, level, k, &position)
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
  private mutating func crossCells(
    _ account: UInt32, _ level: Int, _ k: Int, _ position: inout UInt32
  ) {
    let totalsRow = Int(account) &* quantitiesCount
    let steps = levels[level].cells.stepsBase &+ k &* Int(levels[level].columns)
    let base = Int(levels[level].columnsBase)
    var left = log.header(&position).count
    while left > 0 {
      let column = Int(log.read(&position))
      let value = log.value(isSum: columnIsSum[base &+ column], &position)
      add(cellSteps[steps &+ column], value, totalsRow)
      left &-= 1
    }
  }

  /// Moves the cursors of an account's users and features over every boundary that is due. Before panes close: what leaves a
  /// window must be gone when what enters is compared with it.
  mutating func crossEntities(_ account: UInt32, _ level: Int) {
    let hot = levels[level].entities
    let row = Int(account) &* cursorsPerAccount &+ hot.cursorBase
    let end = cursors[row]
    guard end != noNode else { return }
    let now = levels[level].tick
    var k = hot.boundaries &- 1
    while k > 0 {
      let age = ages[hot.agesBase &+ k]
      let at = row &+ 2 &* k
      var position = cursors[at]
      var index = Int32(bitPattern: cursors[at &+ 1])
      if position != end, index &+ age < now {
        let first = position
        let isLast = k == hot.boundaries &- 1
        repeat {
          crossEntities(
            account, hot.stepsBase &+ k &* Int(dimensionsCount), index, &position, forgets: isLast)
          if position != end { index &+= deltaAhead(position) }
        } while position != end && index &+ age < now
        cursors[at] = position
        cursors[at &+ 1] = UInt32(bitPattern: index)
        if isLast, drop(hot, row, from: first, to: position) { return }
      }
      k &-= 1
    }
  }

  private mutating func crossEntities(
    _ account: UInt32, _ steps: Int, _ index: Int32, _ position: inout UInt32, forgets: Bool
  ) {
    let totalsRow = Int(account) &* quantitiesCount
    var left = log.header(&position).count
    while left > 0 {
      let number = UInt32(truncatingIfNeeded: log.number(&position))
      let dimension = Int(entities[number].dimension)
      if dimensionIsTallied[dimension] { _ = log.number(&position) }
      add(entitySteps[steps &+ dimension], 1, totalsRow)
      // Who was seen there last leaves the distinct counts.
      if entities[number].lastClosed == index {
        add(leavingSteps[steps &+ dimension], 1, totalsRow)
      }
      if forgets, entities[number].lastSeen == index {
        entityNames.remove(at: entityNames.slot(of: number))
        accounts[account].entities -= 1
      }
      left &-= 1
    }
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
