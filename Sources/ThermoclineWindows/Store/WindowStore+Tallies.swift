import ThermoclineCore

/// How often a user or feature was seen in its newest pane; what it was seen in older open panes stands at their lists.
struct Tally: BitwiseCopyable {
  /// The newest pane it was seen in.
  var index: Int32
  /// Events in it.
  var events: UInt32
  /// The pane it was first counted in, as long as a window has known it without a break.
  var first: Int32
  /// Where it stands in the list that is being read or closed; anything before.
  var place: UInt32
}

extension WindowStore {
  /// A user or feature that was not known.
  mutating func beginTally(_ entity: UInt32) {
    let fresh = Tally(index: Int32.min / 2, events: 0, first: Int32.min / 2, place: 0)
    if Int(entity) == tallies.count { tallies.append(fresh) } else { tallies[entity] = fresh }
  }

  /// Counts an event of a user or feature in an open pane that lists it.
  @inline(__always)
  mutating func tally(
    _ entity: UInt32, _ account: UInt32, _ level: Int, _ pane: UInt32, _ index: Int32
  ) {
    if tallies[entity].index == index {
      tallies[entity].events &+= 1
    } else {
      turnTally(entity, account, level, pane, index)
    }
  }

  /// Its first event in a pane, or one out of order among the open panes. O(open panes of the account).
  @inline(never)
  private mutating func turnTally(
    _ entity: UInt32, _ account: UInt32, _ level: Int, _ pane: UInt32, _ index: Int32
  ) {
    let before = tallies[entity]
    guard before.index < index else { return addEvents(1, entity, pane) }
    if before.index >= levels[level].tick {
      var at = cursors[Int(account) &* cursorsPerAccount &+ levels[level].cursorBase]
      while panes[at].index < before.index { at = panes[at].next }
      addEvents(before.events, entity, at)
    }
    tallies[entity].index = index
    tallies[entity].events = 1
  }

  /// Lists it in a pane once more: closing the pane adds the two together.
  private mutating func addEvents(_ events: UInt32, _ entity: UInt32, _ pane: UInt32) {
    let node = EntityNode(entity: entity, next: panes[pane].entities, events: events)
    panes[pane].entities = entityNodes.take(node)
    panes[pane].mayRepeat = true
  }

  /// A pane that lists it closes: its node has all its events afterwards, but for those of nodes further on.
  @inline(__always)
  mutating func closeTally(
    _ entity: UInt32, _ node: UInt32, _ index: Int32, after last: Int32, _ hot: HotLog
  ) {
    if tallies[entity].index == index { entityNodes[node].events &+= tallies[entity].events }
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
