import ThermoclineCore

extension WindowStore {
  /// Counts an event. O(columns the type feeds), whatever the windows' lengths; no allocation unless the
  /// account, user, feature or pane is new.
  ///
  /// The caller runs the due ticks (`nextTick`) after every event that moved the watermark over a boundary, so that
  /// what is late does not depend on how events were batched.
  ///
  /// `place`: the event's place among those of the last `warm`; −1 when it was not among them.
  package mutating func apply(
    at event: Int, of batch: borrowing EventBatch, place: Int = -1
  ) -> ApplyOutcome {
    let time = batch[event].time
    let isClosed = time < closedUntil
    if isClosed, time < watermark.milliseconds - settings.allowedLateness.milliseconds {
      return .late
    }
    if logRoom < 0 {
      if time > newestEvent.milliseconds { noteEvent(time) }
      return .full
    }
    guard let account = unsafe account(batch.text(batch[event].account), place) else {
      return .tooManyAccounts
    }
    if time > newestEvent.milliseconds { noteEvent(time) }
    touch(account, time)
    var type = unsafe typeIndex(batch.text(batch[event].type))
    if namesFeatures { type = kind(of: type, event, batch) }
    var level = 0
    var wakes = Int64.max
    while level < levelsCount {
      let index = paneIndex(time, level)
      let route = routes[Int(type) &* levelsCount &+ level]
      if index >= levels[level].tick {
        let pane = openPane(account, level, index, &wakes)
        let newest = UInt32(truncatingIfNeeded: time &- levels[level].cachedStart)
        panes.raiseNewest(to: newest, of: pane)
        addCells(pane, level, route.columns, batch[event].valueMicros)
        if route.lasts.count > 0 {
          noteLast(
            pane, route.lasts, time &- levels[level].cachedStart, batch[event].valueMicros)
        }
        if route.dimensions.count > 0 {
          listEntities(account, level, pane, index, route.dimensions, event, batch, place)
        }
      } else {
        applyLate(account, level, index, route, event, batch)
      }
      level &+= 1
    }
    if wakes < accounts[account].due { wake(account, at: wakes) }
    if isClosed {
      markCorrected(account, time)
      return .correction
    }
    return .applied
  }

  /// Looks an account up or enters it; nil when there are too many.
  @inline(__always)
  private mutating func account(_ name: UnsafeRawBufferPointer, _ place: Int) -> UInt32? {
    if place >= 0, warmed[place].number != noNode, warmedAge == forgotten {
      return warmed[place].number
    }
    let key = unsafe place < 0 ? accountNames.key(name, owner: 0) : warmed[place].account
    let slot = unsafe accountNames.find(key, name, owner: 0)
    if slot >= 0 { return accountNames.index(at: slot) }
    return unsafe newAccount(name, key)
  }

  @inline(never)
  private mutating func newAccount(_ name: UnsafeRawBufferPointer, _ key: NameKey) -> UInt32? {
    if isFull { return nil }
    let index = unsafe accountNames.index(at: accountNames.insert(key, name, owner: 0))
    let fresh = Account()
    if Int(index) == accounts.count {
      accounts.append(fresh)
      cursors.append(repeating: noNode, count: cursorsPerAccount)
      totals.append(repeating: 0, count: totalsPerAccount)
    } else {
      accounts[index] = fresh
      for i in 0..<cursorsPerAccount { cursors[Int(index) * cursorsPerAccount + i] = noNode }
      for i in 0..<quantitiesCount { totals[Int(index) * totalsPerAccount + i] = 0 }
    }
    return index
  }

  @inline(__always) private mutating func touch(_ account: UInt32, _ time: Int64) {
    if time < accounts[account].first { accounts[account].first = time }
    if time > accounts[account].newest { accounts[account].newest = time }
    if !accounts[account].isDirty {
      accounts[account].isDirty = true
      dirty.append(account)
    }
  }

  /// The number of an event's type; types past the limit share the last number.
  @inline(__always)
  private mutating func typeIndex(_ name: UnsafeRawBufferPointer) -> UInt32 {
    let key = unsafe typeNames.key(name, owner: 0)
    let slot = unsafe typeNames.find(key, name, owner: 0)
    if slot >= 0 { return typeNames.index(at: slot) }
    return unsafe newType(name, key)
  }

  @inline(never)
  private mutating func newType(_ name: UnsafeRawBufferPointer, _ key: NameKey) -> UInt32 {
    let text = unsafe String(decoding: name, as: UTF8.self)
    let last = Limits.eventTypesMax - 1
    // A type that a filter names keeps its own number even past the limit; only unnamed ones share.
    if typeNames.count >= last, !plan.names(text) {
      if typeNames.count > last { return UInt32(last) }
      let slot = unsafe typeNames.insert(key, name, owner: 0)
      return addRoutes("(other)", typeNames.index(at: slot))
    }
    let slot = unsafe typeNames.insert(key, name, owner: 0)
    return addRoutes(text, typeNames.index(at: slot))
  }

  /// Enters what events of a type touch; of a feature that filters name, too, where there are such.
  mutating func addRoutes(_ type: String, _ index: UInt32, feature: String? = nil) -> UInt32 {
    if namesFeatures, feature == nil { addKinds() }
    for level in plan.levels {
      let matching = level.columns.indices.filter {
        level.columns[$0].filter.matches(type, feature: feature)
      }
      let columns = matching.filter { level.columns[$0].isSummed }
      let lasts = matching.filter { level.columns[$0].content == .lastTime }
      let dimensions = plan.dimensions.indices.filter { d in
        plan.dimensions[d].filter.matches(type, feature: feature)
          && (!level.distinct[d].isEmpty || level.entities.steps.contains { !$0[d].isEmpty })
      }
      func list(_ items: [Int]) -> Range {
        let range = Range(start: UInt32(routeItems.count), count: UInt32(items.count))
        for item in items { routeItems.append(UInt32(item)) }
        return range
      }
      routes.append(Route(columns: list(columns), dimensions: list(dimensions), lasts: list(lasts)))
    }
    return index
  }

  /// The pane a time belongs to at a level, in slides since `Limits.eventTimeMin`.
  @inline(__always) mutating func paneIndex(_ time: Int64, _ level: Int) -> Int32 {
    let start = levels[level].cachedStart
    let slide = levels[level].slide
    if UInt64(bitPattern: time &- start) < UInt64(bitPattern: slide) {
      return levels[level].cachedIndex
    }
    let index = time / slide
    levels[level].cachedStart = index &* slide
    levels[level].cachedIndex = Int32(truncatingIfNeeded: index &- levels[level].origin)
    return levels[level].cachedIndex
  }

  /// Finds or makes the account's open pane with this index. `wakes` falls to the tick a new pane closes at.
  @inline(__always)
  private mutating func openPane(
    _ account: UInt32, _ level: Int, _ index: Int32, _ wakes: inout Int64
  ) -> UInt32 {
    let tail = tail(account, level)
    if tail != noNode, panes.index(tail) == index { return tail }
    return newOpenPane(account, level, index, &wakes)
  }

  @inline(never)
  private mutating func newOpenPane(
    _ account: UInt32, _ level: Int, _ index: Int32, _ wakes: inout Int64
  ) -> UInt32 {
    let row = Int(account) &* cursorsPerAccount &+ levels[level].cursorBase
    let tail = tail(account, level)
    // Out of order among the open panes: few, begin at the first.
    var (before, at) = (tail, noNode)
    if tail != noNode, panes.index(tail) > index {
      (before, at) = (noNode, cursors[row])
      while panes.index(at) < index { (before, at) = (at, panes.next(at)) }
      if panes.index(at) == index { return at }
    }
    let pane = panes.take(level, index: index, next: at)
    if before == noNode { cursors[row] = pane } else { panes.setNext(pane, of: before) }
    if at == noNode { setTail(pane, account, level) }
    wakes = min(wakes, closingTick(index, level))
    openLogBytes &+= levels[level].paneLogBytes
    logRoom &-= levels[level].paneLogBytes
    return pane
  }

  /// The tick, in smallest slides, at which a pane closes.
  func closingTick(_ index: Int32, _ level: Int) -> Int64 {
    (Int64(index) + 1) * levels[level].ratio
  }

  @inline(__always)
  private mutating func addCells(
    _ pane: UInt32, _ level: Int, _ columns: Range, _ value: Int64
  ) {
    let base = levels[level].columnsBase
    var i = columns.start
    let end = columns.start &+ columns.count
    while i < end {
      let column = routeItems[i]
      panes[pane, column] &+= columnIsSum[base &+ column] ? value : 1
      i &+= 1
    }
  }

  @inline(__always)
  private mutating func listEntities(
    _ account: UInt32, _ level: Int, _ pane: UInt32, _ index: Int32, _ dimensions: Range,
    _ event: Int, _ batch: borrowing EventBatch, _ place: Int
  ) {
    var i = dimensions.start
    let end = dimensions.start &+ dimensions.count
    while i < end {
      let dimension = routeItems[i]
      i &+= 1
      guard let slot = entitySlot(account, dimension, event, batch, place) else { continue }
      let seen = entityNames.mark(at: slot)
      let isTallied = dimensionIsTallied[dimension]
      if seen == index {
        if isTallied { entityNames.setTally(entityNames.tally(at: slot) &+ 1, at: slot) }
        continue
      }
      list(entityNames.index(at: slot), slot, pane, index, seen)
      if isTallied { turnTally(slot, account, level, pane, index, seen) }
    }
  }

  /// The entity's first event in a pane, or one out of order among its panes.
  @inline(never)
  private mutating func list(
    _ entity: UInt32, _ slot: Int, _ pane: UInt32, _ index: Int32, _ seen: Int32
  ) {
    if index > seen {
      entities[entity].previousSeen = seen
      entities[entity].lastSeen = index
      entityNames.setMark(index, at: slot)
    } else if index > entities[entity].previousSeen {
      entities[entity].previousSeen = index
    } else if entities[entity].previousSeen == index {
      return
    } else {
      // Older than both: perhaps listed already. Closing the pane drops a second listing.
      panes.setMayRepeat(pane)
    }
    let node = entityNodes.take(EntityNode(entity: entity, next: panes.entities(pane)))
    panes.setEntities(node, of: pane)
    logRoom &-= Self.entityLogBytesMax
  }

  /// The slot of the user or feature of an event, entered if new; nil when the event names none.
  @inline(__always)
  mutating func entitySlot(
    _ account: UInt32, _ dimension: UInt32, _ event: Int, _ batch: borrowing EventBatch,
    _ place: Int = -1
  ) -> Int? {
    let isFeature = dimensionIsFeature[dimension]
    let range = isFeature ? batch[event].featureOrType : batch[event].user
    if range.isAbsent { return nil }
    let name = unsafe batch.text(range)
    let owner = account &* dimensionsCount &+ dimension
    var warm = WarmName.cold
    if place >= 0 { warm = isFeature ? warmedFeatures[place] : warmedUsers[place] }
    let isWarm = warm.owner == owner
    if isWarm, warm.slot >= 0,
      warmedNamesAge == entityNames.age || entityNames.has(warm.key, owner: owner, at: warm.slot)
    {
      return warm.slot
    }
    let key = unsafe isWarm ? warm.key : entityNames.key(name, owner: owner)
    let slot = unsafe entityNames.find(key, name, owner: owner)
    if slot >= 0 { return slot }
    return unsafe newEntity(account, name, owner, key, dimension)
  }

  @inline(never)
  private mutating func newEntity(
    _ account: UInt32, _ name: UnsafeRawBufferPointer, _ owner: UInt32, _ key: NameKey,
    _ dimension: UInt32
  ) -> Int? {
    guard Int(accounts[account].entities) < settings.entitiesMax, bytes < settings.bytesMax else {
      uncountedEntities += 1
      return nil
    }
    accounts[account].entities += 1
    let never = Int32.min / 2
    let slot = unsafe entityNames.insert(key, name, owner: owner, mark: never)
    let index = entityNames.index(at: slot)
    let fresh = Entity(
      lastClosed: never, previousSeen: never, lastSeen: never, dimension: dimension)
    if Int(index) == entities.count { entities.append(fresh) } else { entities[index] = fresh }
    if !plan.tallies.isEmpty { beginTally(index) }
    return slot
  }

  /// Makes an account due at a tick, unless it is due earlier.
  mutating func wake(_ account: UInt32, at tick: Int64) {
    accounts[account].due = tick
    wheel.add(account, at: tick)
  }

  /// Final windows changed: the account is due again at the next tick, whatever the batches are.
  private mutating func markCorrected(_ account: UInt32, _ time: Int64) {
    let next = Int64(levels[0].tick) + 1
    if next < accounts[account].due { wake(account, at: next) }
    if accounts[account].newestClosed < time { accounts[account].newestClosed = time }
    accounts[account].isCorrected = true
    correctedAccount = account
  }
}
