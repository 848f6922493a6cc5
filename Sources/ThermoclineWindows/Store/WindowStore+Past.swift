import ThermoclineCore

extension WindowStore {
  /// Everything before it is final: the last boundary of the smallest slide that was passed.
  package var closed: EventTime { EventTime(milliseconds: closedUntil) }

  /// The account's quantities at a tick that has passed, as the events known by now make them. The plan must retain panes
  /// for as long as the tick lies back. O(panes of the account): late events are few.
  package mutating func pastReading(
    _ account: UInt32, at end: EventTime, into values: inout [Int64]
  ) {
    for level in 0..<levelsCount {
      let tick = Int32(end.milliseconds / levels[level].slide - levels[level].origin)
      let row = Int(account) &* cursorsPerAccount &+ levels[level].cursorBase
      for (i, quantity) in plan.quantities.enumerated()
      where quantity.slide.milliseconds == levels[level].slide {
        values[i] = past(quantity, i, row, level, tick)
      }
    }
  }

  private mutating func past(
    _ quantity: WindowedQuantity, _ number: Int, _ row: Int, _ level: Int, _ tick: Int32
  ) -> Int64 {
    let window = Int32(quantity.enterAge)..<Int32(quantity.leaveAge)
    if quantity.isScanned {
      let range = levels[level].scans
      let at = (range.start..<(range.start + range.count)).first { scans[$0].quantity == number }!
      return scanned(scans[at], from: cursors[row], tick)
    }
    let column = quantity.columns.first.map { UInt32(plan.columns.firstIndex(of: $0)!) }
    let dimension = quantity.dimension.map { UInt32(plan.dimensions.firstIndex(of: $0)!) }
    var sum: Int64 = 0
    var seen: Set<UInt32> = []
    var at = cursors[row]
    while at != noNode {
      let pane = panes[at]
      at = pane.next
      // It belongs to the window when its age has passed `enter` and not `leave`.
      guard window.contains(tick - 1 - pane.index) else { continue }
      if let column, let value = cell(ofHead: pane.cells, column) {
        sum += quantity.aggregate == .activePanes ? 1 : value
      }
      guard let dimension else { continue }
      if quantity.aggregate == .userPanes { seen.removeAll(keepingCapacity: true) }
      var node = pane.entities
      while node != noNode {
        let entity = entityNodes[node].entity
        node = entityNodes[node].next
        if entities[entity].dimension == dimension, seen.insert(entity).inserted { sum += 1 }
      }
    }
    return sum
  }
}
