import ThermoclineCore

/// A user or feature whose events are counted one by one: those in its newest pane in the tally of its name's slot, which an event
/// has at hand; those in older open panes at their lists.
struct Tallied: BitwiseCopyable {
  /// The pane it was first counted in, as long as a window has known it without a break.
  var first: Int32
  /// Where it stands in the list that is being read or closed; anything before.
  var place: UInt32
}

extension WindowStore {
  /// A user or feature that was not known.
  mutating func beginTally(_ entity: UInt32) {
    let fresh = Tallied(first: Int32.min / 2, place: 0)
    if Int(entity) == tallies.count { tallies.append(fresh) } else { tallies[entity] = fresh }
  }

  /// Counts the first event of a user or feature in a pane, or one out of order among the open panes, which list it already.
  /// `seen`: the newest pane it was seen in before. O(open panes of the account).
  @inline(never)
  mutating func turnTally(
    _ slot: Int, _ account: UInt32, _ level: Int, _ pane: UInt32, _ index: Int32, _ seen: Int32
  ) {
    let entity = entityNames.index(at: slot)
    guard seen < index else { return addEvents(1, entity, pane) }
    if seen >= levels[level].tick {
      var at = cursors[Int(account) &* cursorsPerAccount &+ levels[level].cursorBase]
      while panes.index(at) < seen { at = panes.next(at) }
      addEvents(entityNames.tally(at: slot), entity, at)
    }
    entityNames.setTally(1, at: slot)
  }

  /// Lists it in a pane once more: closing the pane adds the two together.
  private mutating func addEvents(_ events: UInt32, _ entity: UInt32, _ pane: UInt32) {
    let node = EntityNode(entity: entity, next: panes.entities(pane), events: events)
    panes.setEntities(entityNodes.take(node), of: pane)
    panes.setMayRepeat(pane)
    logRoom &-= Self.entityLogBytesMax
  }

  /// A pane that lists it closes: its node has all its events afterwards, but for those of nodes further on.
  @inline(__always)
  mutating func closeTally(
    _ entity: UInt32, _ node: UInt32, _ index: Int32, after last: Int32, _ hot: HotLog
  ) {
    let slot = entityNames.slot(of: entity)
    if entityNames.mark(at: slot) == index {
      entityNodes[node].events &+= entityNames.tally(at: slot)
    }
    if isUnknown(last, at: index, hot) { tallies[entity].first = index }
    tallies[entity].place = node
  }

  /// Whether whoever was last counted in a pane is new in a later one, no window having known it in between. Its row may
  /// still be there: an event that comes before the ticks which would have forgotten it must not make a difference.
  @inline(__always)
  func isUnknown(_ last: Int32, at index: Int32, _ hot: HotLog) -> Bool {
    last < 0 || index &- last > ages[hot.agesBase &+ hot.boundaries &- 1]
  }
}
