/// Allocations an event in the steady state: the second half of an archive, when tables have their size.
struct SteadyAllocations {
  private var first: (events: Int, allocations: Int)?
  private var last: (events: Int, allocations: Int)?

  /// After each batch: how many events were handed on, how far the reader is.
  mutating func look(events: Int, bytes: Int64, of total: Int64) {
    guard bytes * 2 >= total, let allocations = Allocations.count() else { return }
    last = (events, allocations)
    if first == nil { first = last }
  }

  /// nil when nobody counts, or there was too little to count.
  var perEvent: Double? {
    guard let first, let last, last.events > first.events else { return nil }
    return Double(last.allocations - first.allocations) / Double(last.events - first.events)
  }
}
