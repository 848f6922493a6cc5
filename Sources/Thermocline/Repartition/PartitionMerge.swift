internal import ThermoclineCore

/// Merges sequences by the times of their items: of the first items of all, the earliest comes next.
///
/// If within each sequence an item is at most d older than one before it, that holds for what comes out, too: what came out
/// was no later than the first item that any other sequence had then, and what follows in that one is at most d older.
struct PartitionMerge<Item> {
  private struct Lane {
    var items: [(time: EventTime, item: Item)] = []
    var first = 0
    /// Of the item that was added last.
    var newest = EventTime.distantPast
    var isAtEnd = false

    var count: Int { items.count - first }
  }
  private var lanes: [Lane]

  /// So many sequences, by number; none has an item or is at its end.
  init(lanes count: Int) { lanes = Array(repeating: Lane(), count: count) }

  /// Items of a sequence that have not come out.
  func count(_ lane: Int) -> Int { lanes[lane].count }

  /// The next item of a sequence; one without a time goes with the one before it.
  mutating func add(_ item: Item, at time: EventTime?, to lane: Int) {
    let time = time ?? lanes[lane].newest
    lanes[lane].newest = time
    lanes[lane].isAtEnd = false
    lanes[lane].items.append((time, item))
  }

  /// A sequence has nothing more for now: the others do not wait for it until something is added.
  mutating func setAtEnd(_ lane: Int) { lanes[lane].isAtEnd = true }

  /// All sequences are at their ends, and everything has come out.
  var isAtEnd: Bool { lanes.allSatisfy { $0.isAtEnd && $0.count == 0 } }

  /// The item that comes next, and where it is from; nil while a sequence has none and is not at its end.
  mutating func next() -> (lane: Int, item: Item)? {
    var earliest: Int?
    for index in lanes.indices {
      guard lanes[index].count > 0 else {
        if lanes[index].isAtEnd { continue }
        return nil
      }
      let time = lanes[index].items[lanes[index].first].time
      if let known = earliest, lanes[known].items[lanes[known].first].time <= time { continue }
      earliest = index
    }
    guard let lane = earliest else { return nil }
    let item = lanes[lane].items[lanes[lane].first].item
    lanes[lane].first += 1
    // Items that came out go in bulk.
    if lanes[lane].first >= 1_024 || lanes[lane].count == 0 {
      lanes[lane].items.removeFirst(lanes[lane].first)
      lanes[lane].first = 0
    }
    return (lane, item)
  }
}
