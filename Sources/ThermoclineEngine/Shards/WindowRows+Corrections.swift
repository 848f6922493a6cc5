import ThermoclineCodec
import ThermoclineCore
import ThermoclineWindows

/// A late event inside the allowed lateness changes windows whose rows were written already: each of these rows is
/// written again, with `"corrected":true`, before the rows of the next tick. Several late events between two ticks make
/// one corrected row of each window.
extension WindowRows {
  package mutating func correct(
    _ account: UInt32, _ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    guard writes else { return }
    let slide = store.plan.quantities.map(\.slide).min()!
    let longest = store.plan.quantities.map { $0.length + $0.shift }.max()!
    var end = time.floor(to: slide) + slide
    // Windows `[end − length, end)` that hold the event and have closed.
    while end <= store.closed, end - longest <= time {
      if corrections[end, default: []].insert(account).inserted { correctionsPending += 1 }
      end = end + slide
    }
    if correctionsPending >= Limits.correctionsPendingMax {
      sayCorrections(at: store.closed, &store, output)
    }
  }

  /// Oldest window first, accounts by name.
  mutating func sayCorrections(
    at time: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    var values = Array(repeating: Int64(0), count: store.plan.quantities.count)
    for (end, accounts) in corrections.sorted(by: { $0.key < $1.key }) {
      var named: [(name: String, account: UInt32)] = []
      for account in accounts { named.append((store.name(of: account), account)) }
      // By bytes, for two names that a String holds equal may be two accounts.
      named.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
      for (name, account) in named {
        store.pastReading(account, at: end, into: &values)
        if values[0] == 0 { continue }
        output.add(.windows, key: name, at: time) {
          encoder.encode(account: name, end: end, values: values, isCorrected: true, into: &$0)
        }
      }
    }
    corrections = [:]
    correctionsPending = 0
  }
}
