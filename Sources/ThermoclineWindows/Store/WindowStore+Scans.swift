import ThermoclineCore

/// A scan, flattened for the hot loops.
struct HotScan: BitwiseCopyable {
  var quantity: UInt32
  /// The column that is not 0 in a pane with an event it wants: of counts, of sums, or of newest times.
  var mark: UInt32
  /// The same, or of newest values.
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
          quantity: UInt32(scan.quantity), mark: UInt32(scan.column),
          column: UInt32(scan.column + (table == nil ? 1 : 0)),
          isLast: table == nil,
          isCount: scan.isCount, enter: scan.enter, leave: scan.leave,
          enterAge: Int32(level.cells.ages[scan.enter]),
          leaveAge: Int32(level.cells.ages[scan.leave]),
          weights: weights))
    }
    return range
  }

  /// The newest value of a pane's events, `time` being milliseconds after the pane's start. Ties go to the greatest, so
  /// that the order of arrival says nothing.
  mutating func noteLast(_ pane: UInt32, _ lasts: Range, _ time: Int64, _ value: Int64) {
    for i in lasts.start..<(lasts.start + lasts.count) {
      let column = routeItems[i]
      let known = panes[pane, column]
      if known == 0 || (time &+ 1, value) > (known, panes[pane, column &+ 1]) {
        panes[pane, column] = time &+ 1
        panes[pane, column &+ 1] = value
      }
    }
  }

  /// The same for a pane that has closed.
  func noteLast(_ record: inout LogRecord, _ lasts: Range, _ time: Int64, _ value: Int64) {
    for i in lasts.start..<(lasts.start + lasts.count) {
      let column = routeItems[i]
      let known = record[column]
      if known == 0 || (time &+ 1, value) > (known, record[column + 1]) {
        record[column] = time &+ 1
        record[column + 1] = value
      }
    }
  }

  /// Computes the level's scanned quantities of an account whose cursors stand at the level's tick.
  /// O(panes in the windows).
  mutating func scan(_ account: UInt32, _ level: Int) {
    let range = levels[level].scans
    for i in range.start..<(range.start + range.count) {
      let place = Int(account) &* totalsPerAccount &+ Int(scans[i].quantity)
      totals[place] = scanned(account, level, scans[i], levels[level].tick)
    }
  }

  /// The same as of a later tick, for an early reading.
  mutating func peekScans(_ account: UInt32, _ level: Int, _ tick: Int32) {
    let range = levels[level].scans
    for i in range.start..<(range.start + range.count) {
      scratch[Int(scans[i].quantity)] = scanned(account, level, scans[i], tick)
    }
  }

  /// Of the panes before a tick that is not before the cursors': the closed ones from the cursor on which the window
  /// begins, then the open ones. Those that have left the window meanwhile are passed over.
  private mutating func scanned(
    _ account: UInt32, _ level: Int, _ scan: HotScan, _ tick: Int32
  ) -> Int64 {
    let row = Int(account) &* cursorsPerAccount
    let base = row &+ levels[level].cells.cursorBase
    let columnsBase = levels[level].columnsBase
    var sum = ScannedSum()
    let end = cursors[base]
    var position = cursors[base &+ 2 &* scan.leave]
    var index = Int32(bitPattern: cursors[base &+ 2 &* scan.leave &+ 1])
    while position != end, index &+ scan.enterAge < tick {
      var (mark, value) = (Int64(0), Int64(0))
      var left = log.header(&position).count
      while left > 0 {
        let column = UInt32(log.read(&position))
        let number = log.value(isSum: columnIsSum[columnsBase &+ column], &position)
        if column == scan.mark { mark = number }
        if column == scan.column { value = number }
        left &-= 1
      }
      if mark != 0 { add(value, of: index, scan, tick, to: &sum) }
      if position != end { index &+= deltaAhead(position) }
    }
    var open = cursors[row &+ levels[level].cursorBase]
    while open != noNode, panes.index(open) &+ scan.enterAge < tick {
      if panes[open, scan.mark] != 0 {
        add(panes[open, scan.column], of: panes.index(open), scan, tick, to: &sum)
      }
      open = panes.next(open)
    }
    return sum.value(of: scan)
  }

  /// A pane's value, unless it has left the window.
  @inline(__always)
  mutating func add(
    _ value: Int64, of index: Int32, _ scan: HotScan, _ tick: Int32, to sum: inout ScannedSum
  ) {
    if index &+ scan.leaveAge < tick { return }
    sum.last = value
    let age = UInt32(tick &- 1 &- scan.enterAge &- index)
    if age < scan.weights.count {
      sum.weighed += Int128(value) * Int128(scanWeights[scan.weights.start + age])
    }
  }

  /// The next tick, in smallest slides, at which a value of the level changes by time alone: the next slide while the
  /// window of something that decays holds a pane.
  mutating func nextDecay(_ account: UInt32, _ level: Int) -> Int64 {
    let base = Int(account) &* cursorsPerAccount &+ levels[level].cells.cursorBase
    let range = levels[level].scans
    for i in range.start..<(range.start + range.count) where !scans[i].isLast {
      // Boundary 0 is the closing: all that a log holds has passed it.
      let enter = scans[i].enter == 0 ? cursors[base] : cursors[base &+ 2 &* scans[i].enter]
      if cursors[base &+ 2 &* scans[i].leave] != enter {
        return (Int64(levels[level].tick) &+ 1) &* levels[level].ratio
      }
    }
    return .max
  }
}

/// What a scan has seen so far, oldest pane first.
struct ScannedSum {
  /// In units of a weight: 2^−40.
  var weighed = Int128(0)
  /// Of the newest pane.
  var last: Int64 = 0

  func value(of scan: HotScan) -> Int64 {
    if scan.isLast { return last }
    let sum = scan.isCount ? weighed * 1_000_000 : weighed
    return Int64(clamping: (sum + (1 << (DecayWeights.bits - 1))) >> DecayWeights.bits)
  }
}
