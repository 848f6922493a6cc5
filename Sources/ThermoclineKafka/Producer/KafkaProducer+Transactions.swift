internal import CRdkafka

/// Transactions. Each error says what follows: `isRetriable` = make the same call again,
/// `txnRequiresAbort` = abort and begin anew, `isFatal` (or a time-out of commit or abort) = make a new producer.
extension KafkaProducer {
  /// Registers the transactional id and fences older producers with it. Once, before the first `begin`.
  package func initTransactions(timeoutMilliseconds: Int32) throws(KafkaError) {
    unsafe try check(
      taking: rd_kafka_init_transactions(client.pointer, timeoutMilliseconds),
      "init of transactions")
  }

  /// Begins a transaction; everything produced from here on belongs to it.
  package func beginTransaction() throws(KafkaError) {
    unsafe try check(taking: rd_kafka_begin_transaction(client.pointer), "begin of transaction")
  }

  /// Makes the commit of the input's positions part of the transaction.
  /// - Parameter mark: the text that is committed beside an offset.
  package func sendOffsets(
    _ positions: [KafkaPosition], mark: (KafkaPartition) -> CommitMark? = { _ in nil },
    of group: KafkaGroupMetadata, timeoutMilliseconds: Int32
  ) throws(KafkaError) {
    let list = PartitionList(positions, mark: mark)
    unsafe try check(
      taking: rd_kafka_send_offsets_to_transaction(
        client.pointer, list.pointer, group.pointer, timeoutMilliseconds),
      "offsets of transaction")
  }

  /// Flushes and commits. After success everything of the transaction is visible at once.
  package func commitTransaction(timeoutMilliseconds: Int32) throws(KafkaError) {
    unsafe try check(
      taking: rd_kafka_commit_transaction(client.pointer, timeoutMilliseconds),
      "commit of transaction")
  }

  /// Drops everything of the transaction.
  package func abortTransaction(timeoutMilliseconds: Int32) throws(KafkaError) {
    unsafe try check(
      taking: rd_kafka_abort_transaction(client.pointer, timeoutMilliseconds),
      "abort of transaction")
  }

  private func check(taking error: OpaquePointer?, _ context: String) throws(KafkaError) {
    if let error = unsafe KafkaError(taking: error, context) { throw error }
  }
}
