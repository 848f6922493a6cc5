/// Allocations an event in the steady state: the second half of the input, when tables have their size.
struct SteadyAllocations {
  /// What was counted at one look.
  private struct Look {
    var events: Int
    var scores: Int
    var allocations: Int
  }
  private var first: Look?
  private var last: Look?

  /// After each batch: how many events were handed on and scores said, how far the reader is.
  mutating func look(events: Int, scores: Int = 0, bytes: Int64, of total: Int64) {
    guard bytes * 2 >= total, let allocations = Allocations.count() else { return }
    last = Look(events: events, scores: scores, allocations: allocations)
    if first == nil { first = last }
  }

  /// nil when nobody counts, or there was too little to count.
  var perEvent: Double? {
    guard let first, let last, last.events > first.events else { return nil }
    return Double(last.allocations - first.allocations) / Double(last.events - first.events)
  }

  /// Scores said for each of those events.
  var scoresPerEvent: Double? {
    guard let first, let last, last.events > first.events else { return nil }
    return Double(last.scores - first.scores) / Double(last.events - first.events)
  }
}
