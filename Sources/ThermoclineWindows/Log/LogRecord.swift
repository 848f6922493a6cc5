/// One pane of a log, taken out to be changed.
struct LogRecord {
  var index: Int32
  var items: [LogItem] = []

  /// The value of a cell; 0 = none.
  subscript(column: UInt32) -> Int64 {
    get { items.first { $0.key == column }?.value ?? 0 }
    set {
      if let at = items.firstIndex(where: { $0.key == column }) {
        items[at].value = newValue
      } else {
        items.append(LogItem(key: column, value: newValue))
      }
    }
  }

  /// The place of the record of a pane in an ordered list; entered when it is not there.
  static func place(of index: Int32, in records: inout [LogRecord]) -> Int {
    let place = records.firstIndex { $0.index >= index } ?? records.count
    if place == records.count || records[place].index != index {
      records.insert(LogRecord(index: index), at: place)
    }
    return place
  }
}

/// A cell (column and value) or an entity of a pane.
struct LogItem {
  var key: UInt32
  var value: Int64
}
