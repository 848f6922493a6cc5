import ThermoclineCore

extension WindowStore {
  /// Raises the watermark to a time that is known by other means than an event: a heartbeat, an idle
  /// partition's clock, the end of an archive. Never backwards.
  package mutating func raiseWatermark(to time: EventTime) { watermark = max(watermark, time) }

  /// Whether the watermark has passed the next boundary of the smallest slide: cheap, for every event.
  ///
  /// Mutating, like the other questions asked in loops, only so that the store is passed by its address: to lend a
  /// noncopyable struct to another module the compiler copies it first (1.2 kB, 11 % of the reference query).
  package mutating func isTickDue() -> Bool {
    watermark.milliseconds >= closedUntil &+ levels[0].slide
  }

  /// The earliest tick, at or before the watermark, at which an account has something to do; the store stands
  /// there afterwards, and `nextDue` gives the accounts. nil: no more, everything before the watermark is closed.
  ///
  /// With `every`, ticks without anything to do are visited too, as long as there are accounts.
  package mutating func nextTick(every: Bool = false) -> EventTime? {
    measureLog()
    let slide = levels[0].slide
    let limit = watermark.floor(to: TimeSpan(milliseconds: slide)).milliseconds / slide
    let origin = levels[0].origin
    let next = wheel.next(upTo: limit - origin)
    if every, closedUntil > Int64.min, accountNames.count > 0 {
      let following = closedUntil / slide + 1
      if following <= limit, following - origin < next ?? .max {
        stand(at: following * slide)
        return EventTime(milliseconds: following * slide)
      }
    }
    guard let next else {
      if limit > origin { stand(at: limit * slide) }
      return nil
    }
    stand(at: (next + origin) * slide)
    return EventTime(milliseconds: (next + origin) * slide)
  }

  /// The next account due at the tick where the store stands, its windows moved there.
  package mutating func nextDue() -> UInt32? {
    let tick = Int64(levels[0].tick)
    guard wheel.now == tick else { return nil }
    while let account = wheel.pop() {
      prefetchDue()
      // Entries that a later one replaced, or of an account since forgotten, are passed over.
      guard accounts[account].inUse, accounts[account].due == tick else { continue }
      settle(account)
      return account
    }
    return nil
  }

  /// Asks for what the accounts further down the tick's list will touch.
  @inline(__always) private mutating func prefetchDue() {
    if let far = wheel.ahead(8) {
      accounts.prefetch(Int(far))
      cursors.prefetch(Int(far) &* cursorsPerAccount)
      totals.prefetch(Int(far) &* totalsPerAccount)
    }
    if let near = wheel.ahead(6) {
      let row = Int(near) &* cursorsPerAccount
      let open = cursors[row &+ levels[0].cursorBase]
      if open != noNode { panes.prefetch(open, 0) }
      prefetchLog(levels[0].cells, row)
      prefetchLog(levels[0].entities, row)
    }
    if let near = wheel.ahead(4) {
      let open = cursors[Int(near) &* cursorsPerAccount &+ levels[0].cursorBase]
      if open != noNode, panes.entities(open) != noNode {
        entityNodes.prefetch(panes.entities(open))
      }
      prefetchOldestEntity(near)
    }
    if let next = wheel.ahead(2) {
      let open = cursors[Int(next) &* cursorsPerAccount &+ levels[0].cursorBase]
      if open != noNode, panes.entities(open) != noNode {
        entities.prefetch(Int(entityNodes[panes.entities(open)].entity))
      }
    }
  }

  @inline(__always) private mutating func prefetchOldestEntity(_ account: UInt32) {
    let hot = levels[0].entities
    let row = Int(account) &* cursorsPerAccount &+ hot.cursorBase
    guard cursors[row] != noNode, hot.boundaries > 1 else { return }
    var position = cursors[row &+ 2 &* (hot.boundaries &- 1)]
    if position != cursors[row], log.header(&position).count > 0 {
      entities.prefetch(Int(truncatingIfNeeded: log.number(&position)))
    }
  }

  /// The oldest pane of a log, and its end.
  @inline(__always) private func prefetchLog(_ hot: HotLog, _ row: Int) {
    let end = cursors[row &+ hot.cursorBase]
    guard end != noNode else { return }
    log.prefetch(end)
    log.prefetch(cursors[row &+ hot.cursorBase &+ 2 &* (hot.boundaries &- 1)])
  }

  /// The account wants to be due at a time even if no window changes; `nil` takes it back.
  package mutating func setTimer(_ account: UInt32, at time: EventTime?) {
    let slide = levels[0].slide
    guard let time else {
      accounts[account].timer = .max
      return
    }
    let tick = (time.milliseconds + slide - 1) / slide - levels[0].origin
    accounts[account].timer = tick
    if tick < accounts[account].due { wake(account, at: tick) }
  }

  private mutating func stand(at time: Int64) {
    guard time > closedUntil else { return }
    closedUntil = time
    for i in 0..<levelsCount {
      let index = time / levels[i].slide - levels[i].origin
      levels[i].tick = Int32(clamping: index)
    }
  }

  /// Moves an account's cursors over every boundary that is due now, and finds its next tick.
  private mutating func settle(_ account: UInt32) {
    let tick = Int64(levels[0].tick)
    accounts[account].isCorrected = false
    if accounts[account].timer <= tick { accounts[account].timer = .max }
    var due = accounts[account].timer
    for level in 0..<levelsCount {
      crossCells(account, level)
      crossEntities(account, level)
      closePanes(account, level)
      due = min(due, nextCrossing(account, level))
      if levels[level].scans.count > 0 {
        scan(account, level)
        due = min(due, nextDecay(account, level))
      }
    }
    accounts[account].due = .max
    if due < .max { wake(account, at: due) }
  }

  /// The next tick, in smallest slides, at which a pane of the level closes or crosses a boundary.
  func nextCrossing(_ account: UInt32, _ level: Int) -> Int64 {
    let row = Int(account) &* cursorsPerAccount
    let open = cursors[row &+ levels[level].cursorBase]
    var nearest = Int32.max
    if open != noNode { nearest = panes.index(open) &+ 1 }
    nearest = min(nearest, nextCrossing(levels[level].cells, row))
    nearest = min(nearest, nextCrossing(levels[level].entities, row))
    return nearest == .max ? .max : Int64(nearest) &* levels[level].ratio
  }

  @inline(__always) private func nextCrossing(_ hot: HotLog, _ row: Int) -> Int32 {
    let base = row &+ hot.cursorBase
    let end = cursors[base]
    var nearest = Int32.max
    var k = 1
    while k < hot.boundaries {
      let at = base &+ 2 &* k
      if cursors[at] != end {
        let index = Int32(bitPattern: cursors[at &+ 1])
        nearest = min(nearest, index &+ ages[hot.agesBase &+ k] &+ 1)
      }
      k &+= 1
    }
    return nearest
  }

  /// Releases an account that has no panes left; its number may be handed out again.
  package mutating func forget(_ account: UInt32) {
    precondition(isEmpty(account), "an account with panes cannot be forgotten")
    accountNames.remove(at: accountNames.slot(of: account))
    accounts[account].inUse = false
    forgotten += 1
    accounts[account].due = .max
  }

  /// Whether no event of the account is in any window.
  package mutating func isEmpty(_ account: UInt32) -> Bool {
    let row = Int(account) * cursorsPerAccount
    return (0..<levelsCount).allSatisfy {
      cursors[row + levels[$0].cursorBase] == noNode
        && cursors[row + levels[$0].cells.cursorBase] == noNode
        && cursors[row + levels[$0].entities.cursorBase] == noNode
    }
  }
}
