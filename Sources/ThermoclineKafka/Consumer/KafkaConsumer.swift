internal import CRdkafka
internal import Synchronization

/// Reads topics, as a member of a group (`subscribe`) or alone (`begin` with partitions of its own choice).
///
/// Thread: one dedicated fetch thread makes all calls, except that commits, committed offsets, watermarks, group
/// metadata and logs may be asked for from any thread. Offsets are committed only when told so.
///
/// SAFETY: the queue is the client's, given back before the client is destroyed; the buffer is
/// emptied before that. `buffer`, `paused`, `learntTopics` and `isSubscribed` are the fetch thread's alone.
@safe package final class KafkaConsumer: @unchecked Sendable {
  /// The names given at creation; `KafkaRecord.topicIndex` counts through them.
  package let topics: [String]
  let client: KafkaHandle
  private let queue: OpaquePointer
  private var buffer = MessageBuffer()
  /// Their buffered records wait for `resume`.
  var paused: Set<KafkaPartition> = []
  /// Which `rd_kafka_topic_t` the records of each topic name, as far as seen. librdkafka may free one that is
  /// not assigned any more, so every change of the assignment forgets them. Asking for handles by name
  /// instead would let the broker create topics that do not exist.
  private var learntTopics: [OpaquePointer?]
  private var isSubscribed = false

  /// Makes a client without joining or reading yet; connects in the background.
  /// - Parameter settings: need `group.id`; without more, reading begins at the oldest record where nothing is
  ///   committed and rebalances are cooperative.
  package init(_ settings: KafkaSettings, topics: [String]) throws(KafkaError) {
    for key in ["enable.auto.commit", "enable.auto.offset.store"] where settings[key] == "true" {
      throw KafkaError(
        .invalidArgument, "setting `\(key)`: offsets are committed by their owner only")
    }
    client = try KafkaHandle(.consumer, settings.completed(by: Self.defaults))
    unsafe rd_kafka_poll_set_consumer(client.pointer)
    self.topics = topics
    unsafe learntTopics = Array(repeating: nil, count: topics.count)
    unsafe queue = rd_kafka_queue_get_consumer(client.pointer)
  }

  deinit {
    close()
    unsafe rd_kafka_queue_destroy(queue)
  }

  private static let defaults: KafkaSettings = [
    "auto.offset.reset": "earliest",
    "enable.auto.commit": "false",
    "enable.auto.offset.store": "false",
    "partition.assignment.strategy": "cooperative-sticky",
  ]

  /// Joins the group for all topics. What it gets comes as events. Look with `KafkaMetadata` first whether the
  /// topics exist: librdkafka 2.0 may let the broker create one that does not.
  package func subscribe() throws(KafkaError) {
    let list = PartitionList(topics.map { KafkaPartition($0, -1) })
    if let error = unsafe KafkaError(rd_kafka_subscribe(client.pointer, list.pointer), "subscribe")
    {
      throw error
    }
    isSubscribed = true
  }

  /// Waits at most `timeoutMilliseconds` for something to do, then hands the records at hand to `handler` until
  /// it says stop; the others stay for the next poll. Returns early when a rebalance was recorded: call
  /// `takeEvents` after each poll. Within a partition, records come in the order of their offsets.
  ///
  /// Taking batches costs about what a callback for each message does, and a group's rebalances end the process
  /// inside `rd_kafka_consume_callback_queue` of librdkafka 2.0 ("unhandled optype").
  /// - Returns: records handed out.
  @discardableResult package func poll(
    timeoutMilliseconds: Int32, handler: (borrowing KafkaRecord) -> FetchStep
  ) -> Int {
    let atHand = handOut(to: handler)
    guard atHand == 0 else { return atHand }
    unsafe buffer.fill(from: queue, timeoutMilliseconds: timeoutMilliseconds)
    return handOut(to: handler)
  }

  private func handOut(to handler: (borrowing KafkaRecord) -> FetchStep) -> Int {
    var recordsCount = 0
    let paused = paused
    // Most records are of the same topic and partition as the one before.
    var (lastTopic, lastIndex) = unsafe (OpaquePointer?.none, 0)
    var (lastPartition, isPaused) = (Int32(-1), false)
    unsafe buffer.drain { message in
      // SAFETY: the buffer shows messages that live until the verdict.
      guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR,
        let topic = unsafe message.pointee.rkt
      else {
        unsafe record(failure: message)
        return .drop
      }
      if unsafe topic != lastTopic {
        guard let index = unsafe topicIndex(of: topic) else {
          unsafe record(failure: message)
          return .drop
        }
        unsafe (lastTopic, lastIndex) = (topic, index)
        lastPartition = -1
      }
      let topicIndex = lastIndex
      let record = unsafe KafkaRecord(message, topicIndex: topicIndex)
      if record.partition != lastPartition {
        lastPartition = record.partition
        isPaused = paused.contains(KafkaPartition(topics[topicIndex], lastPartition))
      }
      if isPaused { return .keep }
      guard !record.isControl else { return .drop }
      recordsCount += 1
      return handler(record) == .stop ? .dropAndStop : .drop
    }
    return recordsCount
  }

  /// Drops the buffered records of partitions that are given up or read from elsewhere.
  func forget(_ partitions: some Sequence<KafkaPartition>) {
    let gone = Set(partitions)
    unsafe buffer.drain { message in
      // SAFETY: as in `poll`.
      guard let topicIndex = unsafe topicIndex(of: message.pointee.rkt) else { return .keep }
      let partition = unsafe KafkaPartition(topics[topicIndex], message.pointee.partition)
      return gone.contains(partition) ? .drop : .keep
    }
    unsafe learntTopics = Array(repeating: nil, count: topics.count)
  }

  /// What happened since the last call, oldest first.
  package func takeEvents() -> [KafkaEvent] { client.inbox.takeEvents() }

  /// librdkafka's log lines since the last call. Any thread.
  package func takeLog() -> [KafkaLogLine] { client.inbox.takeLog() }

  /// librdkafka's statistics, its newest JSON document; nil without `statistics.interval.ms`, and before the first. Any
  /// thread.
  package var statistics: [UInt8]? { client.inbox.statistics }

  /// Failures and log lines that were shed because nobody took them in time.
  package var shedCount: Int { client.inbox.shedCount }

  /// Leaves the group and stops reading; open revocations count as acknowledged. Records not yet handed out
  /// are dropped, so finish and commit first. Blocks until the group has been told. Idempotent.
  package func close() {
    if isSubscribed { seeJoinThrough() }
    guard !client.inbox.isClosing.exchange(true, ordering: .relaxed) else { return }
    answerOpenRebalance()
    // librdkafka waits for messages that are still out.
    buffer = MessageBuffer()
    unsafe rd_kafka_consumer_close(client.pointer)
  }

  /// librdkafka before 2.3 ends the process when the leader of a cooperative group is destroyed between its election
  /// and its first assignment (its issue 4312). A join under way is waited for; where no coordinator has answered yet
  /// there is no member id and nobody is elected.
  private func seeJoinThrough() {
    guard rd_kafka_version() < 0x0203_00ff, !client.inbox.isClosing.load(ordering: .relaxed) else {
      return
    }
    for _ in 0..<Self.joinWaitsMax where !client.inbox.hasBeenAssigned.load(ordering: .relaxed) {
      guard hasMemberID else { return }
      unsafe buffer.fill(from: queue, timeoutMilliseconds: 100)
    }
  }

  /// Of 100 ms each: the group's coordinator may hold a first join for three seconds.
  private static let joinWaitsMax = 100

  /// Whether the group's coordinator knows this member.
  private var hasMemberID: Bool {
    guard let id = unsafe rd_kafka_memberid(client.pointer) else { return false }
    defer { unsafe rd_kafka_mem_free(client.pointer, id) }
    return unsafe id.pointee != 0
  }

  /// A few topics at most: comparing pointers beats every table.
  private func topicIndex(of topic: OpaquePointer?) -> Int? {
    guard let topic = unsafe topic else { return nil }
    for index in topics.indices where unsafe learntTopics[index] == topic { return index }
    let name = unsafe String(copying: rd_kafka_topic_name(topic))
    guard let index = topics.firstIndex(where: { $0 == name }) else { return nil }
    unsafe learntTopics[index] = topic
    return index
  }

  /// A message that is no record: the end of a partition, or an error of the consumer.
  private func record(failure message: UnsafePointer<rd_kafka_message_t>) {
    let topic = unsafe message.pointee.rkt.flatMap {
      unsafe String(copying: rd_kafka_topic_name($0))
    }
    let partition = topic.map { unsafe KafkaPartition($0, message.pointee.partition) }
    let code = unsafe message.pointee.err
    if code == RD_KAFKA_RESP_ERR__PARTITION_EOF, let partition {
      unsafe client.inbox.add(.endReached(KafkaPosition(partition, offset: message.pointee.offset)))
    } else if var failure = KafkaError(code, partition.map { "\($0)" } ?? "consumer") {
      unsafe failure.message = String(copying: rd_kafka_message_errstr(message)) ?? failure.message
      client.inbox.add(failure: failure)
    }
  }
}
