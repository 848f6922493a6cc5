/// How often what a simulation is for came about.
package struct SimulationCounts: Equatable {
  package var committed = 0
  package var aborted = 0
  /// Transactions that the coordinator aborted after their time.
  package var timedOut = 0
  /// Requests that arrived after their sender had given them up.
  package var late = 0
  package var crashed = 0
  package var thrownOut = 0
  package var postponed = 0
  package var discarded = 0
  /// Jobs that ended by themselves and were started again.
  package var failed = 0
  package var lookedUp = 0
  package var rebalanced = 0
  /// Partitions that went on from a checkpoint, and checkpoints that were found damaged.
  package var restored = 0
  package var torn = 0

  package init() {}

  package static func + (a: Self, b: Self) -> Self {
    var sum = a
    sum.committed += b.committed
    sum.aborted += b.aborted
    sum.timedOut += b.timedOut
    sum.late += b.late
    sum.crashed += b.crashed
    sum.thrownOut += b.thrownOut
    sum.postponed += b.postponed
    sum.discarded += b.discarded
    sum.failed += b.failed
    sum.lookedUp += b.lookedUp
    sum.rebalanced += b.rebalanced
    sum.restored += b.restored
    sum.torn += b.torn
    return sum
  }

  /// Every one of them came about.
  package var isComplete: Bool {
    [
      committed, aborted, timedOut, late, crashed, thrownOut, postponed, discarded, failed,
      lookedUp, rebalanced, restored, torn,
    ].allSatisfy { $0 > 0 }
  }
}
