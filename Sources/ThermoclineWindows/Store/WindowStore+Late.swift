import ThermoclineCore

/// Events in panes that have closed already.
extension WindowStore {
  /// Counts an event in a closed pane: in the logs, and in the totals of the windows the pane stands in now.
  /// O(panes of the account), the logs are written anew; late events are few.
  mutating func applyLate(
    _ account: UInt32, _ level: Int, _ index: Int32, _ route: Route, _ event: Int,
    _ batch: borrowing EventBatch
  ) {
    if route.columns.count + route.lasts.count > 0, !isGone(index, level, levels[level].cells) {
      addLate(account, level, index, route, event, batch)
      if levels[level].scans.count > 0 { scan(account, level) }
    }
    if route.dimensions.count > 0, !isGone(index, level, levels[level].entities) {
      listLate(account, level, index, route.dimensions, event, batch)
    }
    let leaves = nextCrossing(account, level)
    if leaves < accounts[account].due { wake(account, at: leaves) }
    measureLog()
  }

  private mutating func addLate(
    _ account: UInt32, _ level: Int, _ index: Int32, _ route: Route, _ event: Int,
    _ batch: borrowing EventBatch
  ) {
    let (columns, value) = (route.columns, batch[event].valueMicros)
    let hot = levels[level].cells
    let base = levels[level].columnsBase
    var records = records(of: .cells, hot, account, level)
    let place = LogRecord.place(of: index, in: &records)
    for i in columns.start..<(columns.start + columns.count) {
      let column = routeItems[i]
      let added = columnIsSum[base + column] ? value : 1
      let known = records[place].items.firstIndex { $0.key == column }
      if let known {
        records[place].items[known].value &+= added
      } else {
        records[place].items.append(LogItem(key: column, value: added))
      }
      for k in 0..<hot.boundaries where crossed(index, level, hot, k) {
        let steps = cellSteps[hot.stepsBase + k * Int(levels[level].columns) + Int(column)]
        correct(steps, added, isNew: known == nil, account)
      }
    }
    if route.lasts.count > 0 {
      noteLast(&records[place], route.lasts, batch[event].time - levels[level].cachedStart, value)
    }
    rewrite(records, as: .cells, hot, account, level)
  }

  private mutating func listLate(
    _ account: UInt32, _ level: Int, _ index: Int32, _ dimensions: Range, _ event: Int,
    _ batch: borrowing EventBatch
  ) {
    let hot = levels[level].entities
    var records = records(of: .entities, hot, account, level)
    let place = LogRecord.place(of: index, in: &records)
    for i in dimensions.start..<(dimensions.start + dimensions.count) {
      let dimension = routeItems[i]
      guard let slot = entitySlot(account, dimension, event, batch) else { continue }
      let entity = entityNames.index(at: slot)
      if let known = records[place].items.firstIndex(where: { $0.key == entity }) {
        records[place].items[known].value += 1
        continue
      }
      records[place].items.append(LogItem(key: entity, value: 1))
      for k in 0..<hot.boundaries where crossed(index, level, hot, k) {
        let steps = entitySteps[hot.stepsBase + k * Int(dimensionsCount) + Int(dimension)]
        correct(steps, 1, isNew: true, account)
      }
      countLate(account, level, index, entity, dimension)
      // Who is first seen by a late event is first counted on the day under way.
      if dimensionIsTallied[dimension], isUnknown(entities[entity].lastClosed, at: index, hot) {
        tallies[entity].first = levels[level].tick
      }
      if entities[entity].lastClosed < index { entities[entity].lastClosed = index }
      if entities[entity].lastSeen < index {
        entities[entity].previousSeen = entities[entity].lastSeen
        entities[entity].lastSeen = index
        entityNames.setMark(index, at: slot)
      }
    }
    if records[place].items.isEmpty { records.remove(at: place) }
    rewrite(records, as: .entities, hot, account, level)
  }

  /// The entity joins the distinct counts of the windows it was not in.
  private mutating func countLate(
    _ account: UInt32, _ level: Int, _ index: Int32, _ entity: UInt32, _ dimension: UInt32
  ) {
    let range = distinctRanges[level * Int(dimensionsCount) + Int(dimension)]
    for i in range.start..<(range.start + range.count) {
      let start = levels[level].tick - distincts[i].panes
      if index >= start, entities[entity].lastClosed < start {
        totals[Int(account) * totalsPerAccount + Int(distincts[i].quantity)] += 1
      }
    }
  }

  private mutating func correct(_ range: Range, _ value: Int64, isNew: Bool, _ account: UInt32) {
    for i in range.start..<(range.start + range.count) {
      let step = steps[i]
      // Wraps as `add` does: what leaves a window later must find what entered it.
      totals[Int(account) * totalsPerAccount + Int(step.quantity)] &+=
        step.presence ? (isNew ? step.sign : 0) : step.sign &* value
    }
  }

  /// Whether a pane has crossed boundary k of a log.
  private func crossed(_ index: Int32, _ level: Int, _ hot: HotLog, _ k: Int) -> Bool {
    Int64(index) + Int64(ages[hot.agesBase + k]) < Int64(levels[level].tick)
  }

  /// Whether a log has dropped the pane.
  private func isGone(_ index: Int32, _ level: Int, _ hot: HotLog) -> Bool {
    crossed(index, level, hot, hot.boundaries - 1)
  }

  // MARK: a log as a list

  enum LogKind { case cells, entities }

  /// All that a log holds of an account, oldest first.
  func records(
    of kind: LogKind, _ hot: HotLog, _ account: UInt32, _ level: Int
  ) -> [LogRecord] {
    let row = Int(account) * cursorsPerAccount + hot.cursorBase
    let end = cursors[row]
    guard end != noNode else { return [] }
    // The last boundary's cursor stands on the first pane there is.
    var position = cursors[row + 2 * (hot.boundaries - 1)]
    var index = Int32(bitPattern: cursors[row + 2 * (hot.boundaries - 1) + 1])
    var records: [LogRecord] = []
    while position != end {
      let header = log.header(&position)
      if !records.isEmpty { index += header.delta }
      var record = LogRecord(index: index)
      for _ in 0..<header.count {
        switch kind {
        case .cells:
          let column = UInt32(log.read(&position))
          record.items.append(
            LogItem(
              key: column,
              value: log.value(isSum: columnIsSum[levels[level].columnsBase + column], &position)))
        case .entities:
          let number = UInt32(truncatingIfNeeded: log.number(&position))
          let isTallied = dimensionIsTallied[entities[number].dimension]
          record.items.append(
            LogItem(key: number, value: isTallied ? Int64(log.number(&position)) : 1))
        }
      }
      records.append(record)
    }
    return records
  }

  /// Writes a log anew; its cursors stand where the level's tick puts them.
  private mutating func rewrite(
    _ records: [LogRecord], as kind: LogKind, _ hot: HotLog, _ account: UInt32, _ level: Int
  ) {
    let row = Int(account) * cursorsPerAccount + hot.cursorBase
    clear(hot, row)
    for record in records {
      var end = beginRecord(hot, row, record.index, UInt32(record.items.count))
      for item in record.items {
        switch kind {
        case .cells:
          log.append(UInt8(truncatingIfNeeded: item.key), at: &end)
          log.append(
            value: item.value, isSum: columnIsSum[levels[level].columnsBase + item.key], at: &end)
        case .entities:
          log.append(number: UInt64(item.key), at: &end)
          if dimensionIsTallied[entities[item.key].dimension] {
            log.append(number: UInt64(item.value), at: &end)
          }
        }
      }
      cursors[row] = end
      // What has crossed a boundary lies behind its cursor.
      for k in 1..<hot.boundaries where crossed(record.index, level, hot, k) {
        cursors[row + 2 * k] = end
      }
    }
  }
}
