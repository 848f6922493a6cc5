/// Ends a wait in which nothing happens any more, so that a benchmark that stands still says so.
struct Patience {
  private let nanoseconds: UInt64
  private var figure: Int?
  private var since = monotonicNanoseconds()

  /// `seconds`: how long the figure may stay the same.
  init(seconds: UInt64) { nanoseconds = seconds * 1_000_000_000 }

  /// A figure that changes as long as something happens.
  mutating func note(_ figure: Int) {
    guard figure != self.figure else { return }
    self.figure = figure
    since = monotonicNanoseconds()
  }

  var isOver: Bool { monotonicNanoseconds() - since > nanoseconds }
}
