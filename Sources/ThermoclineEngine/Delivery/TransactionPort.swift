/// A transactional producer and the group it commits for, as a delivery uses them. Called from the publisher's thread
/// only, in the order that `CommitCycle` asks for.
package protocol TransactionPort: AnyObject {
  /// Makes a new producer in the place of the one before, which is destroyed. When this returns, a transaction that an
  /// earlier producer of this id left open has been aborted, or committed if its commit had begun, and that producer can
  /// change nothing any more.
  func open() throws(DeliveryFault)

  /// Whether the transaction with this mark was committed. Asked after `open` only, so the answer is final.
  func isCommitted(_ mark: String, _ progress: [PartitionProgress]) throws(DeliveryFault) -> Bool

  func begin() throws(DeliveryFault)

  /// Hands over all records of a batch, in order.
  func produce(_ batch: OutputBatch) throws(DeliveryFault)

  /// Waits until the brokers have everything that was handed over.
  func flush() throws(DeliveryFault)

  /// Makes the positions part of the transaction, with the mark, as a member of the group. Refused as `lost` when the
  /// process is no member.
  func sendOffsets(_ progress: [PartitionProgress], mark: String) throws(DeliveryFault)

  func commit() throws(DeliveryFault)
  func abort() throws(DeliveryFault)
}
