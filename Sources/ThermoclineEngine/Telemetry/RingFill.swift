/// How full the rings before and behind a shard are: a moment's value.
package struct RingFill: Sendable, Equatable {
  /// Batches of input that wait for the shard, of so many.
  package var input: Int
  package var inputCapacity: Int
  /// Batches of output that wait for the publisher, of so many.
  package var output: Int
  package var outputCapacity: Int
}
