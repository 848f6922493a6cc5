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
    let tick = closedUntil / levels[0].slide - levels[0].origin
    guard wheel.now == tick else { return nil }
    while let account = wheel.pop() {
      // Entries that a later one replaced, or of an account since forgotten, are passed over.
      guard accounts[account].inUse, accounts[account].due == tick else { continue }
      settle(account)
      return account
    }
    return nil
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
    let tick = closedUntil / levels[0].slide - levels[0].origin
    accounts[account].isCorrected = false
    if accounts[account].timer <= tick { accounts[account].timer = .max }
    var due = accounts[account].timer
    for level in 0..<levelsCount {
      let row = Int(account) &* cursorsPerAccount &+ levels[level].cursorBase
      let now = levels[level].tick
      // Oldest boundary first: what leaves a window must be gone before what enters is compared with it.
      var k = levels[level].boundaries &- 1
      while k >= 0 {
        var at = cursors[row &+ 2 &+ k]
        let age = ages[levels[level].agesBase &+ k]
        while at != noNode, panes[at].index &+ age < now {
          let next = panes[at].next
          cross(account, level, k, at)
          if k == levels[level].boundaries &- 1 { drop(at, row, next) }
          at = next
        }
        cursors[row &+ 2 &+ k] = at
        k &-= 1
      }
      due = min(due, nextCrossing(row, level))
      if levels[level].scans.count > 0 {
        scan(account, level)
        due = min(due, nextDecay(row, level))
      }
    }
    accounts[account].due = .max
    if due < .max { wake(account, at: due) }
  }

  /// The next tick, in smallest slides, at which one of the level's cursors has something to pass.
  func nextCrossing(_ row: Int, _ level: Int) -> Int64 {
    var nearest = Int64.max
    for k in 0..<levels[level].boundaries {
      let at = cursors[row &+ 2 &+ k]
      if at == noNode { continue }
      let age = Int64(ages[levels[level].agesBase &+ k])
      nearest = min(nearest, Int64(panes[at].index) &+ age &+ 1)
    }
    return nearest == .max ? .max : nearest &* levels[level].ratio
  }

  /// One pane crosses one boundary.
  private mutating func cross(_ account: UInt32, _ level: Int, _ k: Int, _ pane: UInt32) {
    let row = Int(account) &* quantitiesCount
    var at = panes[pane].cells
    let ranges = cellStepsBase(level, k)
    while at != noNode {
      let cell = cells[at]
      let range = cellSteps[ranges &+ Int(cell.column)]
      var i = range.start
      while i < range.start &+ range.count {
        let step = steps[i]
        totals[row &+ Int(step.quantity)] &+= step.presence ? step.sign : step.sign &* cell.value
        i &+= 1
      }
      at = cell.next
    }
    if k == 0 {
      if level == 0 {
        let index = Int64(panes[pane].index) &+ levels[0].origin
        let newest = index &* levels[0].slide &+ Int64(panes[pane].newest)
        if newest > accounts[account].newestClosed { accounts[account].newestClosed = newest }
      }
      if panes[pane].entities != noNode { closeEntities(account, level, pane) }
    } else if panes[pane].entities != noNode {
      leaveEntities(account, level, k, pane)
    }
  }

  @inline(__always) func cellStepsBase(_ level: Int, _ k: Int) -> Int {
    (levels[level].agesBase &+ k) &* columnsCount
  }

  /// The pane closes: its users and features join the distinct counts.
  private mutating func closeEntities(_ account: UInt32, _ level: Int, _ pane: UInt32) {
    let row = Int(account) &* quantitiesCount
    let index = panes[pane].index
    let tick = Int64(index) + 1
    var before = noNode
    var at = panes[pane].entities
    while at != noNode {
      let node = entityNodes[at]
      let entity = entities[node.entity]
      if entity.lastClosed == index {
        // Listed twice.
        if before == noNode {
          panes[pane].entities = node.next
        } else {
          entityNodes[before].next = node.next
        }
        entityNodes.give(at)
        at = node.next
        continue
      }
      plan.withDistinct(level, Int(entity.dimension)) { quantity, length in
        if Int64(entity.lastClosed) < tick - length { totals[row &+ quantity] &+= 1 }
      }
      plan.withPaneSteps(level, 0, Int(entity.dimension)) { quantity, sign in
        totals[row &+ quantity] &+= sign
      }
      entities[node.entity].lastClosed = index
      before = at
      at = node.next
    }
  }

  /// The pane leaves windows: who was seen there last leaves the distinct counts.
  private mutating func leaveEntities(_ account: UInt32, _ level: Int, _ k: Int, _ pane: UInt32) {
    guard plan.touchesEntities(level, k) else { return }
    let row = Int(account) &* quantitiesCount
    let index = panes[pane].index
    var before = noNode
    var at = panes[pane].entities
    while at != noNode {
      let node = entityNodes[at]
      let entity = entities[node.entity]
      let dimension = Int(entity.dimension)
      if entity.lastClosed == index {
        plan.withLeaving(level, k, dimension) { totals[row &+ $0] &-= 1 }
      }
      plan.withPaneSteps(level, k, dimension) { quantity, sign in
        totals[row &+ quantity] &+= sign
      }
      if plan.forgetsEntities(level, k, dimension) {
        if entity.lastSeen == index { entityNames.remove(at: entityNames.slot(of: node.entity)) }
        if before == noNode {
          panes[pane].entities = node.next
        } else {
          entityNodes[before].next = node.next
        }
        entityNodes.give(at)
      } else {
        before = at
      }
      at = node.next
    }
  }

  private mutating func drop(_ pane: UInt32, _ row: Int, _ next: UInt32) {
    var at = panes[pane].cells
    while at != noNode {
      let following = cells[at].next
      cells.give(at)
      at = following
    }
    panes.give(pane)
    cursors[row] = next
    if next == noNode { cursors[row &+ 1] = noNode }
  }

  /// Releases an account that has no panes left; its number may be handed out again.
  package mutating func forget(_ account: UInt32) {
    precondition(isEmpty(account), "an account with panes cannot be forgotten")
    accountNames.remove(at: accountNames.slot(of: account))
    accounts[account].inUse = false
    accounts[account].due = .max
  }

  /// Whether no event of the account is in any window.
  package mutating func isEmpty(_ account: UInt32) -> Bool {
    let row = Int(account) * cursorsPerAccount
    return (0..<levelsCount).allSatisfy { cursors[row + levels[$0].cursorBase] == noNode }
  }
}
