import ThermoclineCore

/// A scan, flattened for the hot loops.
struct HotScan: BitwiseCopyable {
  var quantity: UInt32
  var column: UInt32
  var isLast: Bool
  var isCount: Bool
  /// Boundaries past which a pane belongs to the window and no longer does, and their ages in slides.
  var enter: Int
  var leave: Int
  var enterAge: Int32
  var leaveAge: Int32
  /// Its weights by age.
  var weights: WindowStore.Range
}

extension WindowStore {
  mutating func flatten(_ wanted: [WindowPlan.Scan], _ level: WindowPlan.Level) -> Range {
    let range = Range(start: UInt32(scans.count), count: UInt32(wanted.count))
    for scan in wanted {
      let table = scan.halfLife.map {
        DecayWeights.table(slide: level.slide, halfLife: $0, count: scan.panes)
      }
      let weights = Range(start: UInt32(scanWeights.count), count: UInt32(table?.count ?? 0))
      for weight in table ?? [] { scanWeights.append(weight) }
      scans.append(
        HotScan(
          quantity: UInt32(scan.quantity), column: UInt32(scan.column), isLast: table == nil,
          isCount: scan.isCount, enter: scan.enter, leave: scan.leave,
          enterAge: Int32(level.ages[scan.enter]), leaveAge: Int32(level.ages[scan.leave]),
          weights: weights))
    }
    return range
  }

  /// The newest value of a pane's events. Ties go to the greatest, so that the order of arrival says nothing.
  mutating func noteLast(_ pane: UInt32, _ lasts: Range, _ time: Int64, _ value: Int64) {
    for i in lasts.start..<(lasts.start + lasts.count) {
      let column = routeItems[i]
      guard let at = cell(pane, column), let valueAt = cell(pane, column + 1) else {
        let first = cells.take(Cell(value: time, column: column, next: panes[pane].cells))
        panes[pane].cells = cells.take(Cell(value: value, column: column + 1, next: first))
        continue
      }
      if (time, value) > (cells[at].value, cells[valueAt].value) {
        cells[at].value = time
        cells[valueAt].value = value
      }
    }
  }

  private mutating func cell(_ pane: UInt32, _ column: UInt32) -> UInt32? {
    var at = panes[pane].cells
    while at != noNode, cells[at].column != column { at = cells[at].next }
    return at == noNode ? nil : at
  }

  /// Computes the level's scanned quantities of an account whose cursors stand at the level's tick.
  /// O(panes in the windows).
  mutating func scan(_ account: UInt32, _ level: Int) {
    let row = Int(account) &* cursorsPerAccount &+ levels[level].cursorBase
    let range = levels[level].scans
    for i in range.start..<(range.start + range.count) {
      let place = Int(account) &* quantitiesCount &+ Int(scans[i].quantity)
      totals[place] = scanned(
        scans[i], from: cursors[row &+ 2 &+ scans[i].leave], levels[level].tick)
    }
  }

  /// The same as of a later tick, for an early reading.
  mutating func peekScans(_ row: Int, _ level: Int, _ tick: Int32) {
    let range = levels[level].scans
    for i in range.start..<(range.start + range.count) {
      scratch[Int(scans[i].quantity)] = scanned(
        scans[i], from: cursors[row &+ 2 &+ scans[i].leave], tick)
    }
  }

  /// The window of a tick; panes between `start` and the window are passed over.
  mutating func scanned(_ scan: HotScan, from start: UInt32, _ tick: Int32) -> Int64 {
    var sum = Int128(0)
    var last: Int64 = 0
    var at = start
    while at != noNode, panes[at].index &+ scan.enterAge < tick {
      let pane = panes[at]
      at = pane.next
      if pane.index &+ scan.leaveAge < tick { continue }
      guard let found = cell(ofHead: pane.cells, scan.column + (scan.isLast ? 1 : 0)) else {
        continue
      }
      if scan.isLast {
        last = found
        continue
      }
      let age = UInt32(tick &- 1 &- scan.enterAge &- pane.index)
      if age < scan.weights.count {
        sum += Int128(found) * Int128(scanWeights[scan.weights.start + age])
      }
    }
    return scan.isLast ? last : Self.rounded(scan.isCount ? sum * 1_000_000 : sum)
  }

  /// The value of a column in a list of cells.
  mutating func cell(ofHead head: UInt32, _ column: UInt32) -> Int64? {
    var at = head
    while at != noNode {
      if cells[at].column == column { return cells[at].value }
      at = cells[at].next
    }
    return nil
  }

  private static func rounded(_ sum: Int128) -> Int64 {
    Int64(clamping: (sum + (1 << (DecayWeights.bits - 1))) >> DecayWeights.bits)
  }

  /// The next tick, in smallest slides, at which a value of the level changes by time alone: the next slide while the
  /// window of something that decays holds a pane.
  mutating func nextDecay(_ row: Int, _ level: Int) -> Int64 {
    let range = levels[level].scans
    for i in range.start..<(range.start + range.count) where !scans[i].isLast {
      if cursors[row &+ 2 &+ scans[i].leave] != cursors[row &+ 2 &+ scans[i].enter] {
        return (Int64(levels[level].tick) &+ 1) &* levels[level].ratio
      }
    }
    return .max
  }
}
