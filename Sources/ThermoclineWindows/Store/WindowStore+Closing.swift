import ThermoclineCore

/// A pane closes: it joins the windows that end now and is written to the account's logs.
extension WindowStore {
  /// Closes the account's open panes before the level's tick.
  mutating func closePanes(_ account: UInt32, _ level: Int) {
    let row = Int(account) &* cursorsPerAccount &+ levels[level].cursorBase
    var at = cursors[row]
    guard at != noNode, panes.index(at) < levels[level].tick else { return }
    repeat {
      let pane = at
      at = panes.next(pane)
      if level == 0 { noteNewest(account, pane) }
      closeCells(account, level, pane)
      if panes.entities(pane) != noNode { closeEntities(account, level, pane) }
      panes.give(pane, level)
      openLogBytes &-= levels[level].paneLogBytes
    } while at != noNode && panes.index(at) < levels[level].tick
    cursors[row] = at
    if at == noNode { setTail(noNode, account, level) }
  }

  private mutating func noteNewest(_ account: UInt32, _ pane: UInt32) {
    let index = Int64(panes.index(pane)) &+ levels[0].origin
    let newest = index &* levels[0].slide &+ Int64(panes.newest(pane))
    if newest > accounts[account].newestClosed { accounts[account].newestClosed = newest }
  }

  /// A column that stands at zero was not touched, or its values cancel out: nothing is lost by leaving it out.
  private mutating func closeCells(_ account: UInt32, _ level: Int, _ pane: UInt32) {
    let totalsRow = Int(account) &* totalsPerAccount
    let hot = levels[level].cells
    let columns = levels[level].columns
    var count: UInt32 = 0
    var column: UInt32 = 0
    while column < columns {
      let value = panes[pane, column]
      if value != 0 {
        add(cellSteps[hot.stepsBase &+ Int(column)], value, totalsRow)
        count &+= 1
      }
      column &+= 1
    }
    if count > 0 { logCells(account, level, pane, count) }
  }

  private mutating func logCells(
    _ account: UInt32, _ level: Int, _ pane: UInt32, _ count: UInt32
  ) {
    let hot = levels[level].cells
    let row = Int(account) &* cursorsPerAccount &+ hot.cursorBase
    var end = beginRecord(hot, row, panes.index(pane), count)
    var column: UInt32 = 0
    while column < levels[level].columns {
      let value = panes[pane, column]
      if value != 0 {
        log.append(UInt8(truncatingIfNeeded: column), at: &end)
        log.append(
          value: value, isSum: columnIsSum[levels[level].columnsBase &+ column], at: &end)
      }
      column &+= 1
    }
    cursors[row] = end
  }

  /// Its users and features join the distinct counts.
  private mutating func closeEntities(_ account: UInt32, _ level: Int, _ pane: UInt32) {
    let totalsRow = Int(account) &* totalsPerAccount
    let hot = levels[level].entities
    let index = panes.index(pane)
    let tick = index &+ 1
    if isTallying { prefetchListed(pane) }
    var count: UInt32 = 0
    var at = panes.entities(pane)
    while at != noNode {
      let number = entityNodes[at].entity
      let entity = entities[number]
      let isTallied = dimensionIsTallied[entity.dimension]
      if entity.lastClosed != index {
        count &+= 1
        let dimension = Int(entity.dimension)
        if isTallied { closeTally(number, at, index, after: entity.lastClosed, hot) }
        let range = distinctRanges[level &* Int(dimensionsCount) &+ dimension]
        var i = range.start
        while i < range.start &+ range.count {
          // Added without a branch: nothing foretells it, and it would wait for the entity.
          totals[totalsRow &+ Int(distincts[i].quantity)] &+=
            entity.lastClosed < tick &- distincts[i].panes ? 1 : 0
          i &+= 1
        }
        add(entitySteps[hot.stepsBase &+ dimension], 1, totalsRow)
        entities[number].lastClosed = index
      } else {
        // Listed twice.
        if isTallied { entityNodes[tallies[number].place].events &+= entityNodes[at].events }
        entityNodes[at].entity = noNode
      }
      at = entityNodes[at].next
    }
    let row = Int(account) &* cursorsPerAccount &+ hot.cursorBase
    var end = beginRecord(hot, row, index, count)
    at = panes.entities(pane)
    while at != noNode {
      let node = entityNodes[at]
      if node.entity != noNode {
        log.append(number: UInt64(node.entity), at: &end)
        if dimensionIsTallied[entities[node.entity].dimension] {
          log.append(number: UInt64(node.events), at: &end)
        }
      }
      entityNodes.give(at)
      at = node.next
    }
    cursors[row] = end
  }

  /// Asks for what is known of those a pane lists and for where their names stand, step by step, so that the misses overlap.
  private func prefetchListed(_ pane: UInt32) {
    var at = panes.entities(pane)
    while at != noNode {
      let node = entityNodes[at]
      entityNames.prefetchHash(of: node.entity)
      entities.prefetch(Int(node.entity))
      tallies.prefetch(Int(node.entity))
      at = node.next
    }
    at = panes.entities(pane)
    while at != noNode {
      entityNames.prefetchSlot(of: entityNodes[at].entity)
      at = entityNodes[at].next
    }
  }

  /// What a boundary does to the account's totals with an item.
  @inline(__always)
  mutating func add(_ range: Range, _ value: Int64, _ totalsRow: Int) {
    var i = range.start
    while i < range.start &+ range.count {
      let step = steps[i]
      totals[totalsRow &+ Int(step.quantity)] &+= step.presence ? step.sign : step.sign &* value
      i &+= 1
    }
  }

  /// Writes the head of a pane newer than all in a log; gives the position where its items begin. The caller stores
  /// the log's new end in the row.
  mutating func beginRecord(_ hot: HotLog, _ row: Int, _ index: Int32, _ count: UInt32) -> UInt32 {
    let isEmpty = cursors[row] == noNode
    let start = isEmpty ? log.begin() : cursors[row]
    let last = Int32(bitPattern: cursors[row &+ 1])
    // Cursors at the end stand on the new pane now.
    var k = 1
    while k < hot.boundaries {
      let at = row &+ 2 &* k
      if isEmpty || cursors[at] == start {
        cursors[at] = start
        cursors[at &+ 1] = UInt32(bitPattern: index)
      }
      k &+= 1
    }
    cursors[row &+ 1] = UInt32(bitPattern: index)
    var end = start
    log.append(LogHeader(delta: isEmpty ? 0 : index &- last, count: count), at: &end)
    return end
  }
}
