internal import CRdkafka

extension KafkaConsumer {
  /// Answers `assigned` (every partition of the event, each with its start; also when there are none), or
  /// begins reading partitions without a group. Records flow from the next poll on.
  package func begin(_ starts: [KafkaPartition: KafkaStart]) throws(KafkaError) {
    client.inbox.closeRebalance()
    forget(starts.keys)
    let list = PartitionList([KafkaPartition]())
    for (partition, start) in starts { list.add(partition, offset: start.native) }
    if isCooperative {
      unsafe try check(
        taking: rd_kafka_incremental_assign(client.pointer, list.pointer), "assignment")
    } else {
      try check(unsafe rd_kafka_assign(client.pointer, list.pointer), "assignment")
    }
  }

  /// Answers `revoked` and `lost` with the partitions of the event: gives them up. No record of them comes
  /// any more, not even one that was already queued.
  package func acknowledgeRevocation(_ partitions: [KafkaPartition]) throws(KafkaError) {
    client.inbox.closeRebalance()
    forget(partitions)
    paused.subtract(partitions)
    if isCooperative {
      let list = PartitionList(partitions)
      unsafe try check(
        taking: rd_kafka_incremental_unassign(client.pointer, list.pointer), "revocation")
    } else {
      try check(unsafe rd_kafka_assign(client.pointer, nil), "revocation")
    }
  }

  /// Stops fetching of assigned partitions: no record of them is handed out before `resume`.
  package func pause(_ partitions: [KafkaPartition]) throws(KafkaError) {
    let list = PartitionList(partitions)
    let code = unsafe rd_kafka_pause_partitions(client.pointer, list.pointer)
    if let error = list.error(code, "pause") { throw error }
    paused.formUnion(partitions)
  }

  /// Goes on after `pause`, with the record after the last one handed out.
  package func resume(_ partitions: [KafkaPartition]) throws(KafkaError) {
    let list = PartitionList(partitions)
    let code = unsafe rd_kafka_resume_partitions(client.pointer, list.pointer)
    if let error = list.error(code, "resume") { throw error }
    paused.subtract(partitions)
    wakeFetching(partitions)
  }

  /// Has librdkafka fetch at once what may be fetched again. Its thread for a broker of which all partitions were paused
  /// sleeps up to a second, and being resumed does not wake it; a seek does, even to where a partition stands.
  private func wakeFetching(_ partitions: [KafkaPartition]) {
    let list = PartitionList(partitions)
    guard unsafe rd_kafka_position(client.pointer, list.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR
    else { return }
    // Not those of which nothing came yet.
    let positions = list.positions
    guard !positions.isEmpty else { return }
    let places = PartitionList(positions)
    // Without a time limit nothing is waited for, nor told. A partition that could not be sought wakes by itself.
    if let error = unsafe rd_kafka_seek_partitions(client.pointer, places.pointer, 0) {
      unsafe rd_kafka_error_destroy(error)
    }
  }

  /// Goes on reading assigned partitions at other offsets; what was queued of them is dropped.
  package func seek(_ positions: [KafkaPosition], timeoutMilliseconds: Int32) throws(KafkaError) {
    forget(positions.map(\.partition))
    let list = PartitionList(positions)
    unsafe try check(
      taking: rd_kafka_seek_partitions(client.pointer, list.pointer, timeoutMilliseconds),
      "seek")
    if let error = list.error(RD_KAFKA_RESP_ERR_NO_ERROR, "seek") { throw error }
  }

  /// Without an answer librdkafka would wait for ever when it is closed. A failure to answer means that it does
  /// not wait any more.
  func answerOpenRebalance() {
    switch client.inbox.openRebalance {
    case .assigned: try? begin([:])
    case .revoked(let partitions), .lost(let partitions): try? acknowledgeRevocation(partitions)
    default: break
    }
  }

  /// Whether the group rebalances incrementally. Outside a group nothing is incremental.
  private var isCooperative: Bool {
    unsafe String(copying: rd_kafka_rebalance_protocol(client.pointer)) == "COOPERATIVE"
  }

  func check(_ code: rd_kafka_resp_err_t, _ context: String) throws(KafkaError) {
    if let error = KafkaError(code, context) { throw error }
  }

  private func check(taking error: OpaquePointer?, _ context: String) throws(KafkaError) {
    if let error = unsafe KafkaError(taking: error, context) { throw error }
  }
}

extension KafkaStart {
  /// As librdkafka writes it: real offsets are ≥ 0, logical ones negative.
  fileprivate var native: Int64 {
    switch self {
    case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
    case .end: Int64(RD_KAFKA_OFFSET_END)
    case .committed: Int64(RD_KAFKA_OFFSET_STORED)
    case .offset(let offset): offset
    }
  }
}
