import ThermoclineCore

extension WindowStore {
  /// Counts an event in a pane that has closed: the pane, and the totals of the windows it stands in now.
  /// O(panes of the account); late events are few.
  mutating func applyLate(
    _ account: UInt32, _ level: Int, _ index: Int32, _ route: Route, _ event: Int,
    _ batch: borrowing EventBatch
  ) {
    let tick = levels[level].tick
    let boundaries = levels[level].boundaries
    if crossed(index, level, boundaries - 1, tick) { return }
    let pane = latePane(account, level, index, tick)
    let newest = UInt32(truncatingIfNeeded: batch[event].time &- levels[level].cachedStart)
    if newest > panes[pane].newest { panes[pane].newest = newest }
    if route.lasts.count > 0 {
      noteLast(pane, route.lasts, batch[event].time, batch[event].valueMicros)
    }
    defer { if levels[level].scans.count > 0 { scan(account, level) } }
    let planLevel = plan.levels[level]
    for i in 0..<route.columns.count {
      let column = routeItems[route.columns.start + i]
      let value = columnIsSum[column] ? batch[event].valueMicros : 1
      let isNew = addCell(pane, column, value)
      for k in 0..<boundaries where crossed(index, level, k, tick) {
        for step in planLevel.cellSteps[k][Int(column)] {
          totals[Int(account) * quantitiesCount + step.quantity] +=
            step.sign * (step.presence ? (isNew ? 1 : 0) : value)
        }
      }
    }
    for i in 0..<route.dimensions.count {
      let dimension = routeItems[route.dimensions.start + i]
      guard let slot = entitySlot(account, dimension, event, batch) else { continue }
      let entity = entityNames.index(at: slot)
      if lists(pane, entity) { continue }
      panes[pane].entities = entityNodes.take(
        EntityNode(entity: entity, next: panes[pane].entities))
      let row = Int(account) * quantitiesCount
      for k in 0..<boundaries where crossed(index, level, k, tick) {
        for step in planLevel.paneSteps[k][Int(dimension)] {
          totals[row + step.quantity] += step.sign
        }
      }
      for (quantity, panes) in planLevel.distinct[Int(dimension)] {
        let start = Int64(tick) - panes
        if Int64(index) >= start, Int64(entities[entity].lastClosed) < start {
          totals[row + quantity] += 1
        }
      }
      if entities[entity].lastClosed < index { entities[entity].lastClosed = index }
      if entities[entity].lastSeen < index {
        entities[entity].previousSeen = entities[entity].lastSeen
        entities[entity].lastSeen = index
        entityNames.setMark(index, at: slot)
      }
    }
  }

  /// Whether a pane has crossed boundary k when the level stands at `tick`.
  func crossed(_ index: Int32, _ level: Int, _ k: Int, _ tick: Int32) -> Bool {
    Int64(index) + Int64(ages[levels[level].agesBase + k]) + 1 <= Int64(tick)
  }

  private mutating func latePane(
    _ account: UInt32, _ level: Int, _ index: Int32, _ tick: Int32
  ) -> UInt32 {
    let row = Int(account) * cursorsPerAccount + levels[level].cursorBase
    var before = noNode
    var at = cursors[row]
    while at != noNode, panes[at].index < index {
      before = at
      at = panes[at].next
    }
    if at != noNode, panes[at].index == index { return at }
    let pane = panes.take(
      Pane(index: index, next: at, cells: noNode, entities: noNode, newest: 0, mayRepeat: false))
    if before == noNode { cursors[row] = pane } else { panes[before].next = pane }
    if at == noNode { cursors[row + 1] = pane }
    // A cursor that stands on the follower moves here unless this pane has crossed its boundary already.
    for k in 0..<levels[level].boundaries
    where cursors[row + 2 + k] == at && !crossed(index, level, k, tick) {
      cursors[row + 2 + k] = pane
    }
    let leaves = nextCrossing(row, level)
    if leaves < accounts[account].due { wake(account, at: leaves) }
    return pane
  }

  private func lists(_ pane: UInt32, _ entity: UInt32) -> Bool {
    var at = panes[pane].entities
    while at != noNode {
      if entityNodes[at].entity == entity { return true }
      at = entityNodes[at].next
    }
    return false
  }
}
