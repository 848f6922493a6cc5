internal import Logging
internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineKafka
internal import ThermoclineNotify

/// The topic of alerts as one sink reads it: its consumer group, the partitions it has, and how far it has come. One thread.
///
/// Reading of a partition begins at its beginning: what lies before the committed offset is only remembered, so that an
/// alert's changes, and what stands, are known after a restart as before it.
final class SinkReader {
  private let topic: String
  private let start: NotifyConfiguration.Start
  private let consumer: KafkaConsumer
  private let incidents: IncidentLog
  private let log: Logger
  private var partitionsCount: Int
  /// Partitions given and not begun, because the brokers did not answer.
  private var open: [KafkaPartition]?
  private var retryAt: UInt64 = 0
  private(set) var owned: Set<KafkaPartition> = []
  /// Where the past of a partition ends, while it is read.
  private var past: [Int32: Int64] = [:]
  private var committed: [Int32: Int64] = [:]
  private var isPaused = false
  private(set) var hasBeenAssigned = false
  private(set) var missed: Int64 = 0

  init(
    _ topic: String, group: String, start: NotifyConfiguration.Start, kafka: KafkaSettings,
    partitionsCount: Int, incidents: IncidentLog, log: Logger
  ) throws(KafkaError) {
    self.topic = topic
    self.start = start
    self.partitionsCount = partitionsCount
    self.incidents = incidents
    self.log = log
    var settings = kafka
    settings["group.id"] = group
    // Alerts of a transaction that is aborted never were.
    settings["isolation.level"] = "read_committed"
    settings["enable.partition.eof"] = "true"
    for (key, value) in Self.defaults where settings[key] == nil { settings[key] = value }
    consumer = try KafkaConsumer(settings, topics: [topic])
    try consumer.subscribe()
  }

  /// A few megabytes wait in the client, for each sink has one.
  private static let defaults = [
    "queued.max.messages.kbytes": "4096", "fetch.wait.max.ms": "100", "session.timeout.ms": "10000",
  ]

  /// The past of every partition is known.
  var knowsItsPast: Bool { hasBeenAssigned && open == nil && past.isEmpty }

  func close() { consumer.close() }

  /// Takes what comes in so much time, no more than the outbox has room for. `unreadable` is given what is no alert.
  func poll(
    _ outbox: inout Outbox, milliseconds: Int32,
    unreadable: (TopicMessage, OutputDecodingError) -> Void
  ) throws(JobFailure) {
    do throws(KafkaError) { try pauseOrResume(outbox) } catch { incidents.note(error) }
    consumer.poll(timeoutMilliseconds: milliseconds) { record in
      take(TopicMessage(record), &outbox, unreadable)
      return outbox.isFull ? .stop : .goOn
    }
  }

  private func pauseOrResume(_ outbox: Outbox) throws(KafkaError) {
    if outbox.isFull, !isPaused {
      try consumer.pause(Array(owned))
      isPaused = true
    } else if isPaused, !outbox.isFull {
      try consumer.resume(Array(owned))
      isPaused = false
    }
  }

  private func take(
    _ message: TopicMessage, _ outbox: inout Outbox,
    _ unreadable: (TopicMessage, OutputDecodingError) -> Void
  ) {
    let place = AlertPlace(partition: message.partition, offset: message.offset)
    if let end = past[place.partition] {
      if place.offset < end {
        if let alert = message.output.flatMap({ try? HealthAlertDecoder.decode($0) }) {
          outbox.recall(alert, partition: place.partition)
        }
        if place.offset + 1 == end { endPast(place.partition, &outbox) }
        return
      }
      endPast(place.partition, &outbox)
    }
    guard let value = message.output else { return outbox.pass(place, isUnreadable: false) }
    do throws(OutputDecodingError) {
      outbox.take(
        try HealthAlertDecoder.decode(value), at: place, bytes: value.count,
        now: monotonicNanoseconds())
    } catch {
      unreadable(message, error)
      outbox.pass(place, isUnreadable: true)
    }
  }

  private func endPast(_ partition: Int32, _ outbox: inout Outbox) {
    past[partition] = nil
    outbox.isReady(partition: partition)
  }

  /// Sees to what the group decided. `beforeLeaving` is called before partitions are given up, to commit what may be.
  func answerEvents(
    _ outbox: inout Outbox, beforeLeaving: (inout Outbox) -> Void
  ) throws(JobFailure) {
    for event in consumer.takeEvents() {
      switch event {
      case .assigned(let partitions):
        hasBeenAssigned = true
        (open, retryAt) = (partitions, 0)
      case .revoked(let partitions):
        beforeLeaving(&outbox)
        leave(partitions, &outbox)
      case .lost(let partitions): leave(partitions, &outbox)
      case .endReached(let position):
        if past[position.partition.partition] != nil {
          endPast(position.partition.partition, &outbox)
        }
      case .failed(let error) where error.isFatal:
        throw JobFailure(.unavailable, "reading \(topic) failed: \(error)")
      case .failed(let error): incidents.note(error)
      case .committed: break
      }
    }
    guard let partitions = open, monotonicNanoseconds() >= retryAt else { return }
    do throws(KafkaError) {
      try begin(partitions, &outbox)
      open = nil
    } catch {
      incidents.note(error, "the brokers do not say where to begin")
      retryAt = monotonicNanoseconds() + 1_000_000_000
    }
  }

  private func begin(
    _ partitions: [KafkaPartition], _ outbox: inout Outbox
  ) throws(KafkaError) {
    partitionsCount = max(
      partitionsCount, (partitions.map { Int($0.partition) }.max() ?? -1) + 1)
    let all = (0..<partitionsCount).map { KafkaPartition(topic, Int32($0)) }
    let known = try consumer.committed(all, timeoutMilliseconds: 10_000)
    var starts = Dictionary(uniqueKeysWithValues: known.map { ($0.partition, $0.offset) })
    var ranges: [KafkaPartition: Range<Int64>] = [:]
    var dropped: [KafkaPartition: Int64] = [:]
    // Of a group that has committed before, a partition without a commit is a new one: all of it counts.
    let isNew = starts.isEmpty
    for partition in isNew ? all : partitions {
      let range = try consumer.watermarkOffsets(of: partition, timeoutMilliseconds: 10_000)
      ranges[partition] = range
      if let committed = starts[partition], committed < range.lowerBound {
        dropped[partition] = range.lowerBound - committed
        starts[partition] = range.lowerBound
      } else if let committed = starts[partition], committed > range.upperBound {
        log.error(
          "the topic was made again since alerts were delivered from it; it is read from its beginning",
          metadata: ["partition": "\(partition.partition)"])
        starts[partition] = range.lowerBound
      }
      if starts[partition] == nil {
        starts[partition] = isNew && start == .newest ? range.upperBound : range.lowerBound
      }
    }
    if isNew {
      // Whoever comes later finds where it was.
      try consumer.commit(
        all.compactMap { partition in
          starts[partition].map { KafkaPosition(partition, offset: $0) }
        })
    }
    var begins: [KafkaPartition: KafkaStart] = [:]
    for partition in partitions {
      let offset = starts[partition] ?? 0
      outbox.begin(partition: partition.partition, at: offset)
      committed[partition.partition] = offset
      begins[partition] = .beginning
      if offset > ranges[partition]?.lowerBound ?? 0 {
        past[partition.partition] = offset
      } else {
        outbox.isReady(partition: partition.partition)
      }
    }
    try consumer.begin(begins)
    // Once, however often the brokers had to be asked.
    for (partition, messages) in dropped {
      missed += messages
      log.error(
        "alerts were dropped by the topic before they were read; raise its retention.ms",
        metadata: ["partition": "\(partition.partition)", "messages": "\(messages)"])
    }
    owned.formUnion(partitions)
    if isPaused { try consumer.pause(partitions) }
  }

  private func leave(_ partitions: [KafkaPartition], _ outbox: inout Outbox) {
    for partition in partitions {
      outbox.forget(partition: partition.partition)
      past[partition.partition] = nil
      committed[partition.partition] = nil
    }
    owned.subtract(partitions)
    do throws(KafkaError) { try consumer.acknowledgeRevocation(partitions) } catch {
      incidents.note(error)
    }
  }

  /// Commits what is settled and was not before. Blocks for the brokers' answer.
  func commit(_ outbox: Outbox) {
    guard !consumer.isAssignmentLost else { return }
    let positions = outbox.positions.filter { partition, offset in
      past[partition] == nil && committed[partition].map { $0 < offset } == true
    }
    guard !positions.isEmpty else { return }
    do throws(KafkaError) {
      try consumer.commit(
        positions.map { KafkaPosition(KafkaPartition(topic, $0), offset: $1) })
      committed.merge(positions) { $1 }
    } catch { incidents.note(error, "the position was not committed") }
  }

  /// Messages that the topic has and that are not settled.
  func lag(_ outbox: Outbox) -> Int64 {
    outbox.positions.reduce(0) { sum, position in
      let end = consumer.cachedOffsets(KafkaPartition(topic, position.key))?.upperBound
      return sum + max(0, (end ?? position.value) - position.value)
    }
  }
}
