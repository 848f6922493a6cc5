/// A known bug, built in on purpose: a simulation that does not find it proves nothing.
package enum Canary: String, CaseIterable, Sendable {
  /// The positions are committed by themselves, before the transaction with their outputs is.
  case offsetsBeforeOutputs
  /// Positions are sent in nobody's name, and the group's word that the partitions are lost is ignored.
  case ignoresFencing
  /// What was published before a restart is published again while the windows are rebuilt.
  case skipsSuppressedReplay
  /// After a time-out the old producer goes on.
  case keepsOldProducer
  /// A checkpoint is restored without a look at whether it is whole.
  case restoresTornCheckpoint
  /// What was said beyond the position is not looked at: ticks of a batch that stopped half way, days that wait for other
  /// partitions.
  case forgetsWhatWasSaid
}
