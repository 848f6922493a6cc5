internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineWindows

/// Looks at the accounts whose windows changed and at no others, as the scores do.
struct DueTotals: TickObserver, ~Copyable {
  private(set) var readingsCount = 0
  /// Σ of what was read: proof that something was.
  private(set) var checksum: Int64 = 0
  private let quantitiesCount: Int

  init(_ plan: WindowPlan) { quantitiesCount = plan.quantities.count }

  var visitsEveryTick: Bool { false }

  mutating func evaluate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    readingsCount += 1
    for q in 0..<quantitiesCount { checksum &+= store.total(account, q) }
  }

  mutating func endTick(_ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch) {}
  mutating func anticipate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {}
  mutating func settle(_ store: inout WindowStore, _ output: OutputBatch) {}
  mutating func drain(_ store: inout WindowStore, _ output: OutputBatch) {}
}
