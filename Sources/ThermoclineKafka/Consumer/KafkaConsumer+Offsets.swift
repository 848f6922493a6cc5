internal import CRdkafka

extension KafkaConsumer {
  /// Commits and waits for the broker's answer, which comes as the event `committed` too.
  /// - Parameter mark: the text that is committed beside an offset.
  package func commit(
    _ positions: [KafkaPosition], mark: (KafkaPartition) -> CommitMark? = { _ in nil }
  ) throws(KafkaError) {
    let list = PartitionList(positions, mark: mark)
    let code = unsafe rd_kafka_commit(client.pointer, list.pointer, 0)
    if let error = list.error(code, "commit") { throw error }
  }

  /// Sends a commit; its result comes as the event `committed`. Throws when it could not even be queued.
  /// - Parameter mark: the text that is committed beside an offset.
  package func commitLater(
    _ positions: [KafkaPosition], mark: (KafkaPartition) -> CommitMark? = { _ in nil }
  ) throws(KafkaError) {
    let list = PartitionList(positions, mark: mark)
    try check(unsafe rd_kafka_commit(client.pointer, list.pointer, 1), "commit")
  }

  /// What the group has committed; partitions without a commit are left out.
  package func committed(
    _ partitions: [KafkaPartition], timeoutMilliseconds: Int32
  ) throws(KafkaError) -> [KafkaPosition] {
    try committedPlaces(partitions, timeoutMilliseconds: timeoutMilliseconds).positions
  }

  /// The text that was committed beside each offset of the group.
  package func committedMarks(
    _ partitions: [KafkaPartition], timeoutMilliseconds: Int32
  ) throws(KafkaError) -> [KafkaPartition: CommitMark] {
    try committedPlaces(partitions, timeoutMilliseconds: timeoutMilliseconds).marks
  }

  /// Both; partitions without a commit are left out. Offsets of a transaction that has not ended yet are waited for.
  package func committedPlaces(
    _ partitions: [KafkaPartition], timeoutMilliseconds: Int32
  ) throws(KafkaError) -> (positions: [KafkaPosition], marks: [KafkaPartition: CommitMark]) {
    let list = PartitionList(partitions)
    let code = unsafe rd_kafka_committed(client.pointer, list.pointer, timeoutMilliseconds)
    if let error = list.error(code, "committed offset") {
      // Kafka itself answers that nothing was committed; others know no such group before its first member.
      guard error.code == .groupNotFound else { throw error }
      return ([], [:])
    }
    return (list.positions, list.marks)
  }

  /// The group has taken the partitions away without asking: nothing may be committed. Any thread.
  package var isAssignmentLost: Bool { unsafe rd_kafka_assignment_lost(client.pointer) != 0 }

  /// Asks the broker for the first offset it still has and the log end offset (one past the newest record). Each of the two
  /// questions has the time.
  package func watermarkOffsets(
    of partition: KafkaPartition, timeoutMilliseconds: Int32
  ) throws(KafkaError) -> Range<Int64> {
    let low = try offsets([partition], .beginning, timeoutMilliseconds)[partition] ?? 0
    let high = try offsets([partition], .end, timeoutMilliseconds)[partition] ?? low
    return low..<max(low, high)
  }

  /// The log end offset of each partition.
  package func endOffsets(
    of partitions: [KafkaPartition], timeoutMilliseconds: Int32
  ) throws(KafkaError) -> [KafkaPartition: Int64] {
    try offsets(partitions, .end, timeoutMilliseconds)
  }

  /// The protocol's own signs, in the place of a time.
  private enum LogPlace: Int64 {
    case beginning = -2
    case end = -1
  }

  /// `rd_kafka_query_watermark_offsets` would wait for a broker that is away until it is back, whatever the time
  /// (librdkafka before 2.3, its issue 2588).
  private func offsets(
    _ partitions: [KafkaPartition], _ place: LogPlace, _ timeoutMilliseconds: Int32
  ) throws(KafkaError) -> [KafkaPartition: Int64] {
    let found = try offsets(
      of: partitions, atMilliseconds: place.rawValue, timeoutMilliseconds: timeoutMilliseconds)
    return Dictionary(uniqueKeysWithValues: found.map { ($0.partition, $0.offset) })
  }

  /// The first record of each partition with this timestamp or a later one; partitions without one are left out.
  package func offsets(
    of partitions: [KafkaPartition], atMilliseconds time: Int64, timeoutMilliseconds: Int32
  ) throws(KafkaError) -> [KafkaPosition] {
    let list = PartitionList(partitions.map { KafkaPosition($0, offset: time) })
    let code = unsafe rd_kafka_offsets_for_times(
      client.pointer, list.pointer, timeoutMilliseconds)
    if let error = list.error(code, "offset for a time") { throw error }
    return list.positions
  }

  /// The first offset that the broker still has and the log end offset, as the last fetch reported them; nil before the
  /// first. Does not ask the broker. The first one is renewed only with statistics and is 0 until then.
  package func cachedOffsets(_ partition: KafkaPartition) -> Range<Int64>? {
    var low: Int64 = 0
    var high: Int64 = 0
    // A String passed as it is would be copied into an array; it is asked for with every batch.
    let code = unsafe partition.topic.withCString { topic in
      unsafe rd_kafka_get_watermark_offsets(
        client.pointer, topic, partition.partition, &low, &high)
    }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0 else { return nil }
    return min(max(0, low), high)..<high
  }

  /// Who this member is right now, for `KafkaProducer.sendOffsets`. Fetch it fresh for each transaction.
  package func groupMetadata() throws(KafkaError) -> KafkaGroupMetadata {
    guard let metadata = unsafe rd_kafka_consumer_group_metadata(client.pointer) else {
      throw KafkaError(.state, "group metadata: not the member of a group")
    }
    return unsafe KafkaGroupMetadata(taking: metadata)
  }
}
