internal import ThermoclineEngine
internal import ThermoclineKafka

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension StreamingJob {
  /// How outputs and progress become visible.
  static func makeSink(
    _ settings: StreamingSettings, consumer: KafkaConsumer, slots: PartitionSlots,
    partitionsCounts: [String: Int], statistics: ProducerStatistics, _ incidents: IncidentLog
  ) throws(KafkaError) -> any OutputSink {
    let session = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    let output = outputSettings(settings, id: settings.instance ?? session)
    if settings.guarantee == .atLeastOnce {
      return try KafkaSink(
        output, topics: settings.outputTopics, encoding: settings.encoding.outputEncoding,
        slots: slots, partitionsCounts: partitionsCounts, statistics: statistics
      ) {
        positions, marks in
        do throws(KafkaError) {
          try consumer.commitLater(positions) { marks[$0] }
        } catch {
          incidents.note(error, "offsets were not committed, they will be with the next")
        }
      }
    }
    try output.validate()
    return TransactionalSink(
      KafkaTransactions(
        output, topics: settings.outputTopics, encoding: settings.encoding.outputEncoding,
        consumer: consumer, slots: slots, partitionsCounts: partitionsCounts, statistics: statistics
      ),
      session: session, pause: { usleep(UInt32($0) * 1_000) }, report: { write($0, incidents) })
  }

  /// The producer's settings: the configured ones, completed. `id` ends its transactional id, where it has one.
  static func outputSettings(_ settings: StreamingSettings, id: String) -> KafkaSettings {
    var output = settings.kafka
    let isExact = settings.guarantee == .exactlyOnce
    let defaults = outputDefaults.merging(isExact ? transactionDefaults : patientDefaults) { $1 }
    for (key, value) in defaults where output[key] == nil { output[key] = value }
    if isExact { output["transactional.id"] = "\(settings.group)-\(id)" }
    return output
  }

  private static let outputDefaults = [
    "statistics.interval.ms": "5000", "linger.ms": "5", "compression.type": "lz4", "acks": "all",
    "queue.buffering.max.kbytes": "65536",
  ]
  /// Without transactions a record waits as long as the brokers are away.
  private static let patientDefaults = ["message.timeout.ms": "0"]
  /// In transactions a record must be delivered or given up before its transaction times out. What a crash leaves open is aborted by the
  /// broker after the transaction's time, unless the instance has a name and comes back.
  private static let transactionDefaults = [
    "transaction.timeout.ms": "30000", "message.timeout.ms": "20000",
  ]

  /// Finds out before the start whether the brokers do what is asked of them.
  static func checkDelivery(
    _ settings: StreamingSettings, _ metadata: KafkaMetadata
  ) throws(JobFailure) {
    guard settings.guarantee == .exactlyOnce else { return }
    if metadata.isEmbedded, !settings.isRehearsal {
      throw JobFailure(
        .configuration,
        "processing.guarantee is exactly_once, but the embedded broker only pretends to know transactions: "
          + "set it to at_least_once (THERMOCLINE_PROCESSING_GUARANTEE=at_least_once), or name other brokers"
      )
    }
    let message = settings.kafka["message.timeout.ms"] ?? transactionDefaults["message.timeout.ms"]!
    let transaction =
      settings.kafka["transaction.timeout.ms"] ?? transactionDefaults["transaction.timeout.ms"]!
    if let message = Int(message), let transaction = Int(transaction), message >= transaction {
      throw JobFailure(
        .configuration,
        "kafka.properties: message.timeout.ms is \(message), but must be less than transaction.timeout.ms "
          + "(\(transaction)): a record must not outlive its transaction")
    }
  }

  /// Refuses an input whose topics have other numbers of partitions than when the group committed last.
  static func checkPartitions(
    _ counts: [String: Int], _ marks: [KafkaPartition: CommitMark]
  ) throws(JobFailure) {
    for (partition, mark) in marks.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      guard let before = mark.partitionsCount, let now = counts[partition.topic], before != now
      else { continue }
      throw JobFailure(
        .unavailable,
        "topic `\(partition.topic)` has \(now) partitions, and had \(before) when the group's progress was committed: "
          + "accounts are in other partitions than their past; see docs/delivery.md, \"More partitions\""
      )
    }
  }

  private static func write(_ report: TransactionalSink.Report, _ incidents: IncidentLog) {
    switch report {
    case .failed(let step, let fault) where fault.kind == .lost:
      // Each interval again until the group has decided, which may take minutes.
      incidents.note(
        "not_a_member", "\(step): \(fault)", "the commit waits until the group has decided",
        todo: KafkaRemedy.text(.rebalanceInProgress))
    case .failed(let step, let fault):
      incidents.note(
        "transaction", "\(step): \(fault)", "a step of a transaction failed",
        todo: fault.isOutage ? KafkaRemedy.text(.transport) : KafkaRemedy.transaction)
    case .resolved(let wasCommitted):
      incidents.note(
        "commit_looked_up", wasCommitted ? "it was committed" : "it was not committed",
        "a commit without an answer was looked up", todo: "nothing")
    case .postponed:
      incidents.note(
        "not_a_member", "this process is not a member of its group now", "the commit waits",
        todo: KafkaRemedy.text(.assignmentLost))
    case .discarded:
      incidents.note(
        "discarded", "their partitions were lost", "outputs were discarded",
        todo: KafkaRemedy.text(.assignmentLost))
    }
  }

  /// Outputs that wait for a moment are no incident.
  static func write(_ wait: OutputWait, _ incidents: IncidentLog) {
    guard monotonicNanoseconds() &- wait.since >= waitNanosecondsMin else { return }
    incidents.note(
      "outputs_wait", wait.reason, "outputs wait", todo: KafkaRemedy.text(.transport))
  }

  private static let waitNanosecondsMin: UInt64 = 10_000_000_000
}
