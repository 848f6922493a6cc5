import ThermoclineCodec
import ThermoclineCore
import ThermoclineWindows

/// Emits a row for each account and window end with at least one event: what `replay --emit windows` writes and
/// `bench windows` counts.
package struct WindowRows: TickObserver, ~Copyable {
  /// The first quantity must count the window's events.
  let encoder: WindowRowEncoder
  private let quantitiesCount: Int
  let writes: Bool
  private var active = Slab<UInt32>()
  private var isActive = Slab<Bool>()
  package private(set) var rowsCount = 0
  private var rowSums = Slab<Int64>()
  /// Rows that late events changed, by window end; said with the next tick.
  var corrections: [EventTime: Set<UInt32>] = [:]
  var correctionsPending = 0

  /// `names`: of the plan's quantities, in order. With `writes` false rows are only counted and summed.
  package init(_ plan: WindowPlan, names: [String], writes: Bool) {
    encoder = WindowRowEncoder(
      columns: zip(names, plan.quantities).map {
        WindowRowEncoder.Column(name: $0, places: $1.aggregate.isInMillionths ? 6 : 0)
      })
    quantitiesCount = names.count
    self.writes = writes
    rowSums.append(repeating: 0, count: names.count)
  }

  /// Σ over all rows of each quantity.
  package var sums: [Int64] { (0..<quantitiesCount).map { rowSums[$0] } }

  package var fingerprint: UInt64 { UInt64(quantitiesCount) }

  /// No partition waits for another, so all days are one.
  package mutating func write(to state: inout StateWriter) -> EventTime? {
    active.write(to: &state)
    isActive.write(to: &state)
    state.write(rowsCount)
    rowSums.write(to: &state)
    state.write(UInt64(corrections.count))
    for (end, accounts) in corrections.sorted(by: { $0.key < $1.key }) {
      state.write(end)
      state.write(UInt64(accounts.count))
      for account in accounts.sorted() { state.write(UInt64(account)) }
    }
    return .distantPast
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    try active.read(from: &state)
    try isActive.read(from: &state)
    rowsCount = try state.int()
    try rowSums.read(from: &state)
    (corrections, correctionsPending) = ([:], 0)
    for _ in 0..<(try state.count()) {
      let end = try state.time()
      var accounts: Set<UInt32> = []
      for _ in 0..<(try state.count()) {
        accounts.insert(UInt32(truncatingIfNeeded: try state.unsigned()))
      }
      corrections[end] = accounts
      correctionsPending += accounts.count
    }
  }

  package var visitsEveryTick: Bool { true }

  package mutating func evaluate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    while isActive.count <= Int(account) { isActive.append(false) }
    if !isActive[account], store.total(account, 0) > 0 {
      isActive[account] = true
      active.append(account)
    }
  }

  /// How many rows ahead totals are asked for.
  private static var ahead: Int { 8 }

  package mutating func endTick(
    _ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    if correctionsPending > 0 { sayCorrections(at: time, &store, output) }
    var kept = 0
    for i in 0..<active.count {
      if i &+ Self.ahead < active.count { store.prefetchTotals(active[i &+ Self.ahead]) }
      let account = active[i]
      if store.total(account, 0) == 0 {
        isActive[account] = false
        continue
      }
      active[kept] = account
      kept += 1
      rowsCount += 1
      store.addTotals(account, to: &rowSums)
      if writes { write(account, time, &store, output) }
    }
    active.truncate(to: kept)
  }

  package mutating func anticipate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {}

  package mutating func settle(_ store: inout WindowStore, _ output: OutputBatch) {}

  /// All windows with data are emitted, at the end of the input too.
  package mutating func drain(_ store: inout WindowStore, _ output: OutputBatch) {
    let longest = store.plan.quantities.map { $0.length.milliseconds }.max()!
    let slide = store.plan.quantities[0].slide
    store.raiseWatermark(
      to: store.newestEvent.floor(to: slide) + slide + TimeSpan(milliseconds: longest))
    while let time = store.nextTick(every: true) {
      while let account = store.nextDue() { evaluate(account, &store, output) }
      endTick(time, &store, output)
    }
    if correctionsPending > 0 { sayCorrections(at: store.closed, &store, output) }
  }

  private func write(
    _ account: UInt32, _ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let name = store.name(of: account)
    let values = (0..<quantitiesCount).map { store.total(account, $0) }
    output.add(.windows, key: name, at: time) {
      encoder.encode(account: name, end: time, values: values, into: &$0)
    }
  }
}
