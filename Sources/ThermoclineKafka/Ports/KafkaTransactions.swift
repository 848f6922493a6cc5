internal import ThermoclineCore
package import ThermoclineEngine

/// Kafka's transactions as a delivery uses them: librdkafka's calls, its traps, and what its errors mean.
///
/// - librdkafka 2.0 knows nothing of KIP-890: a commit or an abort that was not answered in time may be applied to the
///   *next* transaction of the same producer. So such a producer is never used again (`DeliveryFault.Kind.indefinite`).
/// - A broker does not check the membership of a process that names no member: what was thrown out of its group would be
///   let in. So positions are sent as a member or not at all.
package final class KafkaTransactions: TransactionPort {
  private let settings: KafkaSettings
  private let topics: KafkaSink.Topics
  private let encoding: OutputEncoding?
  private let consumer: KafkaConsumer
  private let slots: PartitionSlots
  private let partitionsCounts: [String: Int]
  private let statistics: ProducerStatistics
  /// nil before the first `open`, and after a failed one.
  private var outputs: KafkaOutputs?

  /// Longest wait for the answer to one step. Longer than a coordinator takes to move to another broker, and long enough
  /// for `open` to wait for an older producer's transaction to be ended.
  private static let stepMilliseconds: Int32 = 30_000

  /// - Parameters:
  ///   - settings: of the producer, `transactional.id` among them.
  ///   - encoding: nil = values stay JSON.
  ///   - consumer: the member of the group whose positions are committed.
  ///   - partitionsCounts: of the input topics, for the commits' marks.
  package init(
    _ settings: KafkaSettings, topics: KafkaSink.Topics, encoding: OutputEncoding? = nil,
    consumer: KafkaConsumer, slots: PartitionSlots, partitionsCounts: [String: Int] = [:],
    statistics: ProducerStatistics = ProducerStatistics()
  ) {
    self.settings = settings
    self.topics = topics
    self.encoding = encoding
    self.consumer = consumer
    self.slots = slots
    self.partitionsCounts = partitionsCounts
    self.statistics = statistics
  }

  package func open() throws(DeliveryFault) {
    outputs?.producer.purge()
    outputs = nil
    try translate { () throws(KafkaError) in
      let made = try KafkaOutputs(settings, topics, encoding, statistics)
      try made.producer.initTransactions(timeoutMilliseconds: Self.stepMilliseconds)
      outputs = made
    }
  }

  package func isCommitted(
    _ mark: String, _ progress: [PartitionProgress]
  ) throws(DeliveryFault) -> Bool {
    try translate { () throws(KafkaError) in
      let marks = try consumer.committedMarks(
        slots.positions(progress).map(\.partition), timeoutMilliseconds: Self.stepMilliseconds)
      return marks.values.contains { $0.transaction == mark }
    }
  }

  package func begin() throws(DeliveryFault) {
    try step { outputs throws(KafkaError) in
      outputs.producer.resetDeliveries()
      try outputs.producer.beginTransaction()
    }
  }

  package func produce(_ batch: OutputBatch) throws(DeliveryFault) {
    try step { outputs throws(KafkaError) in
      var next = 0
      while next < batch.records.count {
        next = try outputs.produce(batch, from: next, waitMilliseconds: Self.stepMilliseconds)
      }
    }
  }

  package func flush() throws(DeliveryFault) {
    try step { outputs throws(KafkaError) in
      try outputs.producer.flush(timeoutMilliseconds: Self.stepMilliseconds)
    }
  }

  package func sendOffsets(
    _ progress: [PartitionProgress], mark: String
  ) throws(DeliveryFault) {
    let group: KafkaGroupMetadata
    do throws(KafkaError) { group = try consumer.groupMetadata() } catch {
      throw DeliveryFault(.lost, "\(error)")
    }
    guard !consumer.isAssignmentLost, group.member != nil else {
      throw DeliveryFault(.lost, "this process is not a member of its group now")
    }
    let marks = slots.marks(progress, transaction: mark, partitionsCounts: partitionsCounts)
    try step { outputs throws(KafkaError) in
      try outputs.producer.sendOffsets(
        slots.positions(progress),
        mark: { marks[$0] }, of: group, timeoutMilliseconds: Self.stepMilliseconds)
    }
  }

  package func commit() throws(DeliveryFault) {
    try step { outputs throws(KafkaError) in
      try outputs.producer.commitTransaction(timeoutMilliseconds: Self.stepMilliseconds)
    }
  }

  package func abort() throws(DeliveryFault) {
    try step { outputs throws(KafkaError) in
      // What is still queued belongs to what is aborted.
      outputs.producer.purge()
      try outputs.producer.abortTransaction(timeoutMilliseconds: Self.stepMilliseconds)
    }
  }

  private func step(
    _ body: (KafkaOutputs) throws(KafkaError) -> Void
  ) throws(DeliveryFault) {
    guard let outputs else { throw DeliveryFault(.indefinite, "there is no producer") }
    do throws(KafkaError) { try body(outputs) } catch {
      var fault = DeliveryFault(error)
      // That records were not delivered is all that a transaction says: why not, their reports do.
      if fault.kind == .abortable, outputs.producer.deliveries.firstError?.isOutage == true {
        fault.isOutage = true
      }
      throw fault
    }
  }

  private func translate<Result>(
    _ body: () throws(KafkaError) -> Result
  ) throws(DeliveryFault) -> Result {
    do throws(KafkaError) { return try body() } catch { throw DeliveryFault(error) }
  }
}

extension DeliveryFault {
  /// What follows from an error of a transactional call.
  init(_ error: KafkaError) {
    self.init(Self.kind(of: error), "\(error)", isOutage: error.isOutage)
  }

  private static func kind(of error: KafkaError) -> Kind {
    if Self.fencing.contains(error.code) { return .fenced }
    if Self.refusals.contains(error.code) { return .refused }
    // A request that was not answered may arrive later, in the middle of what comes next; only a new producer is safe
    // from it.
    if error.isFatal || error.code == .timedOut { return .indefinite }
    if Self.losses.contains(error.code) { return .lost }
    if error.txnRequiresAbort { return .abortable }
    // Without any of librdkafka's own marks nobody knows in what state the producer is.
    return error.isRetriable ? .retriable : .indefinite
  }

  private static let fencing: Set<KafkaErrorCode> = [
    .fenced, .producerFenced, .invalidProducerEpoch, .fencedInstance,
  ]
  private static let losses: Set<KafkaErrorCode> = [.illegalGeneration, .unknownMember]
  private static let refusals: Set<KafkaErrorCode> = [
    .unsupportedFeature, .unsupportedVersion, .topicNotAuthorized, .groupNotAuthorized,
    .clusterNotAuthorized, .transactionalIDNotAuthorized, .invalidTransactionTimeout,
    .messageTooLarge,
  ]
}
