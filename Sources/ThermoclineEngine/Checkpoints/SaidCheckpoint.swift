import ThermoclineCore

/// What the newest checkpoint of a partition said, so that the next one can say what changed.
struct SaidCheckpoint: Sendable {
  var chain: CheckpointChain
  var pages: StatePages
  /// Chunks under the other slot's keys, of the chain before.
  var leftoversCount: Int
}
