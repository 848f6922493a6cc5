import ThermoclineCore

extension WindowStore {
  /// Everything before it is final: the last boundary of the smallest slide that was passed.
  package var closed: EventTime { EventTime(milliseconds: closedUntil) }

  /// The account's quantities at a tick that has passed, as the events known by now make them. The plan must retain panes
  /// for as long as the tick lies back. O(panes of the account); late events are few.
  package mutating func pastReading(
    _ account: UInt32, at end: EventTime, into values: inout [Int64]
  ) {
    for level in 0..<levelsCount {
      let tick = Int32(end.milliseconds / levels[level].slide - levels[level].origin)
      let counted = records(of: .cells, levels[level].cells, account, level)
      let seen = records(of: .entities, levels[level].entities, account, level)
      for (i, quantity) in plan.quantities.enumerated()
      where quantity.slide.milliseconds == levels[level].slide {
        // It holds the panes whose age has passed `enter` and not `leave`.
        let window = Int32(quantity.enterAge)..<Int32(quantity.leaveAge)
        func isInside(_ record: LogRecord) -> Bool { window.contains(tick - 1 - record.index) }
        if let column = quantity.columns.first {
          let inside = counted.filter(isInside)
          values[i] =
            quantity.isScanned
            ? past(level, i, tick, inside)
            : past(quantity, UInt32(plan.levels[level].columns.firstIndex(of: column)!), inside)
        } else {
          let dimension = UInt32(plan.dimensions.firstIndex(of: quantity.dimension!)!)
          values[i] = past(quantity, of: dimension, seen.filter(isInside))
        }
      }
    }
  }

  private func past(
    _ quantity: WindowedQuantity, _ column: UInt32, _ records: [LogRecord]
  ) -> Int64 {
    records.reduce(0) { sum, record in
      let value = record[column]
      return sum + (quantity.aggregate == .activePanes && value != 0 ? 1 : value)
    }
  }

  private mutating func past(
    _ level: Int, _ quantity: Int, _ tick: Int32, _ records: [LogRecord]
  ) -> Int64 {
    let range = levels[level].scans
    let at = (range.start..<(range.start + range.count)).first { scans[$0].quantity == quantity }!
    let scan = scans[at]
    var sum = ScannedSum()
    for record in records where record[scan.mark] != 0 {
      add(record[scan.column], of: record.index, scan, tick, to: &sum)
    }
    return sum.value(of: scan)
  }

  private func past(
    _ quantity: WindowedQuantity, of dimension: UInt32, _ records: [LogRecord]
  ) -> Int64 {
    let lists = records.map { record in
      record.items.map(\.key).filter { entities[$0].dimension == dimension }
    }
    // A pane lists nobody twice.
    if quantity.aggregate == .userPanes { return Int64(lists.reduce(0) { $0 + $1.count }) }
    return Int64(Set(lists.joined()).count)
  }
}
