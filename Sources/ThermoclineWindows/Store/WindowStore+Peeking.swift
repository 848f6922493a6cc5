import ThermoclineCore

/// What the totals would be at a later tick, without moving anything: of `scratch`, a copy of the account's totals.
extension WindowStore {
  mutating func peekCells(_ account: UInt32, _ level: Int, _ tick: Int32) {
    let row = Int(account) &* cursorsPerAccount
    let hot = levels[level].cells
    let base = Int(levels[level].columnsBase)
    let end = cursors[row &+ hot.cursorBase]
    var k = 0
    while k < hot.boundaries {
      let age = ages[hot.agesBase &+ k]
      let stepsBase = hot.stepsBase &+ k &* Int(levels[level].columns)
      if k > 0 {
        let at = row &+ hot.cursorBase &+ 2 &* k
        var position = cursors[at]
        var index = Int32(bitPattern: cursors[at &+ 1])
        while position != end, index &+ age < tick {
          var left = log.header(&position).count
          while left > 0 {
            let column = Int(log.read(&position))
            let value = log.value(isSum: columnIsSum[base &+ column], &position)
            peek(cellSteps[stepsBase &+ column], value)
            left &-= 1
          }
          if position != end { index &+= deltaAhead(position) }
        }
      }
      var open = cursors[row &+ levels[level].cursorBase]
      while open != noNode, panes.index(open) &+ age < tick {
        for column in 0..<levels[level].columns {
          let value = panes[open, column]
          if value != 0 { peek(cellSteps[stepsBase &+ Int(column)], value) }
        }
        open = panes.next(open)
      }
      k &+= 1
    }
  }

  mutating func peekEntities(_ account: UInt32, _ level: Int, _ tick: Int32) {
    let row = Int(account) &* cursorsPerAccount
    let hot = levels[level].entities
    let end = cursors[row &+ hot.cursorBase]
    var k = 0
    while k < hot.boundaries {
      let age = ages[hot.agesBase &+ k]
      let stepsBase = hot.stepsBase &+ k &* Int(dimensionsCount)
      if k > 0 {
        let at = row &+ hot.cursorBase &+ 2 &* k
        var position = cursors[at]
        var index = Int32(bitPattern: cursors[at &+ 1])
        while position != end, index &+ age < tick {
          var left = log.header(&position).count
          while left > 0 {
            let entity = entities[UInt32(truncatingIfNeeded: log.number(&position))]
            if dimensionIsTallied[entity.dimension] { _ = log.number(&position) }
            peek(entitySteps[stepsBase &+ Int(entity.dimension)], 1)
            if entity.lastClosed == index {
              peek(leavingSteps[stepsBase &+ Int(entity.dimension)], 1)
            }
            left &-= 1
          }
          if position != end { index &+= deltaAhead(position) }
        }
      }
      var open = cursors[row &+ levels[level].cursorBase]
      while open != noNode, panes.index(open) &+ age < tick {
        peekOpenEntities(open, level, stepsBase, tick, isClosing: k == 0)
        open = panes.next(open)
      }
      k &+= 1
    }
  }

  private mutating func peekOpenEntities(
    _ pane: UInt32, _ level: Int, _ stepsBase: Int, _ tick: Int32, isClosing: Bool
  ) {
    let index = panes.index(pane)
    var counted: Set<UInt32> = []
    var at = panes.entities(pane)
    while at != noNode {
      let number = entityNodes[at].entity
      at = entityNodes[at].next
      if panes.mayRepeat(pane), !counted.insert(number).inserted { continue }
      let entity = entities[number]
      peek(entitySteps[stepsBase &+ Int(entity.dimension)], 1)
      // Among the open panes the newest that lists it counts it.
      guard isClosing, entity.lastSeen == index else { continue }
      let range = distinctRanges[level &* Int(dimensionsCount) &+ Int(entity.dimension)]
      for i in range.start..<(range.start + range.count) {
        let start = tick &- distincts[i].panes
        if index >= start, entity.lastClosed < start { scratch[Int(distincts[i].quantity)] += 1 }
      }
    }
  }

  @inline(__always) private mutating func peek(_ range: Range, _ value: Int64) {
    var i = range.start
    while i < range.start &+ range.count {
      let step = steps[i]
      scratch[Int(step.quantity)] &+= step.presence ? step.sign : step.sign &* value
      i &+= 1
    }
  }
}
