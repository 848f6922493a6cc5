internal import CRdkafka
internal import Synchronization

/// Reads topics, as a member of a group (`subscribe`) or alone (`begin` with partitions of its own choice).
///
/// Thread: one dedicated fetch thread makes all calls that poll, assign, acknowledge and close. Commits,
/// watermarks, pause and resume may come from any thread. Offsets are committed only when told so.
///
/// SAFETY: the queue is the client's, given back before the client is destroyed; `topicPointers` are held by
/// `topicHandles`.
@safe package final class KafkaConsumer: @unchecked Sendable {
  /// The names given at creation; `KafkaRecord.topicIndex` counts through them.
  package let topics: [String]
  let client: KafkaHandle
  private let topicHandles: [KafkaTopic]
  private let topicPointers: [OpaquePointer]
  private let queue: OpaquePointer

  /// Makes a client without joining or reading yet; connects in the background.
  /// - Parameter settings: need `group.id`; without more, reading begins at the oldest record where nothing is
  ///   committed and rebalances are cooperative.
  package init(_ settings: KafkaSettings, topics: [String]) throws(KafkaError) {
    for key in ["enable.auto.commit", "enable.auto.offset.store"] where settings[key] == "true" {
      throw KafkaError(.invalidArgument, "setting `\(key)`: offsets are committed by their owner only")
    }
    client = try KafkaHandle(.consumer, settings.completed(by: Self.defaults))
    unsafe rd_kafka_poll_set_consumer(client.pointer)
    var handles: [KafkaTopic] = []
    for name in topics { handles.append(try KafkaTopic(name, of: client)) }
    topicHandles = handles
    unsafe topicPointers = handles.map { unsafe $0.pointer }
    self.topics = topics
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

  /// Joins the group for all topics. What it gets comes as events.
  package func subscribe() throws(KafkaError) {
    let list = PartitionList(topics.map { KafkaPartition($0, -1) })
    if let error = unsafe KafkaError(rd_kafka_subscribe(client.pointer, list.pointer), "subscribe") {
      throw error
    }
  }

  /// Waits at most `timeoutMilliseconds` for something to do, then hands every record at hand to `handler`
  /// until it says stop. Returns early, after a rebalance was recorded, so that the owner can answer: call
  /// `takeEvents` after each poll. Within a partition, records come in the order of their offsets.
  /// - Returns: records handed out.
  @discardableResult package func poll(
    timeoutMilliseconds: Int32, handler: (borrowing KafkaRecord) -> FetchStep
  ) -> Int {
    withoutActuallyEscaping(handler) { handler in
      // SAFETY: the context lives on this frame and librdkafka uses it only until the call returns.
      unsafe topicPointers.withUnsafeBufferPointer { topics in
        var context = unsafe FetchContext(
          client: client.pointer, inbox: client.inbox, topics: topics, handler: handler)
        return unsafe withUnsafeMutablePointer(to: &context) { context in
          unsafe rd_kafka_consume_callback_queue(queue, timeoutMilliseconds, takeMessage, context)
          return unsafe context.pointee.recordsCount
        }
      }
    }
  }

  /// What happened since the last call, oldest first.
  package func takeEvents() -> [KafkaEvent] { client.inbox.takeEvents() }

  /// librdkafka's log lines since the last call. Any thread.
  package func takeLog() -> [KafkaLogLine] { client.inbox.takeLog() }

  /// Failures and log lines that were shed because nobody took them in time.
  package var shedCount: Int { client.inbox.shedCount }

  /// Leaves the group and stops reading; open revocations count as acknowledged. Records not yet handed out
  /// are dropped, so finish and commit first. Blocks until the group has been told. Idempotent.
  package func close() {
    guard !client.inbox.isClosing.exchange(true, ordering: .relaxed) else { return }
    unsafe rd_kafka_assign(client.pointer, nil)
    unsafe rd_kafka_consumer_close(client.pointer)
  }
}

/// What a poll lends to its callback.
///
/// SAFETY: borrowed pointers that live as long as the poll.
@safe private struct FetchContext {
  let client: OpaquePointer
  let inbox: KafkaInbox
  let topics: UnsafeBufferPointer<OpaquePointer>
  let handler: (borrowing KafkaRecord) -> FetchStep
  var recordsCount = 0

  /// A few topics at most: comparing pointers beats every table.
  func topicIndex(of topic: OpaquePointer?) -> Int? { unsafe topics.firstIndex { unsafe $0 == topic } }
}

private func takeMessage(
  message: UnsafeMutablePointer<rd_kafka_message_t>?, opaque: UnsafeMutableRawPointer?
) {
  // SAFETY: called by `poll` only, with its context and a message that lives until this returns.
  guard let message = unsafe message,
    let context = unsafe opaque?.assumingMemoryBound(to: FetchContext.self)
  else { return }
  guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR,
    let topicIndex = unsafe context.pointee.topicIndex(of: message.pointee.rkt)
  else {
    unsafe record(failure: message, in: context.pointee.inbox)
    return
  }
  let record = unsafe KafkaRecord(message, topicIndex: topicIndex)
  guard !record.isControl else { return }
  unsafe context.pointee.recordsCount += 1
  if unsafe context.pointee.handler(record) == .stop {
    unsafe rd_kafka_yield(context.pointee.client)
  }
}

/// A message that is no record: the end of a partition, or an error of the consumer.
private func record(failure message: UnsafePointer<rd_kafka_message_t>, in inbox: KafkaInbox) {
  let topic = unsafe message.pointee.rkt.flatMap { unsafe String(copying: rd_kafka_topic_name($0)) }
  let partition = topic.map { unsafe KafkaPartition($0, message.pointee.partition) }
  let code = unsafe message.pointee.err
  if code == RD_KAFKA_RESP_ERR__PARTITION_EOF, let partition {
    unsafe inbox.add(.endReached(KafkaPosition(partition, offset: message.pointee.offset)))
  } else if var failure = KafkaError(code, partition.map { "\($0)" } ?? "consumer") {
    unsafe failure.message =
      String(copying: rd_kafka_message_errstr(message)) ?? failure.message
    inbox.add(failure: failure)
  }
}
