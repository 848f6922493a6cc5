package import ThermoclineKafka

/// Reads all partitions of one topic, from their oldest message or the newest ones, outside of any group: nothing is committed and
/// nobody is disturbed. One thread.
package final class TopicScan {
  package let topic: String
  package let partitionsCount: Int
  private let consumer: KafkaConsumer
  /// Partitions whose end has not been seen yet.
  private var open: Set<KafkaPartition>
  /// Log end offsets at the start, by partition; what comes later is not read. Empty = everything is read.
  private var ends: [Int32: Int64] = [:]
  /// Nothing that was there at the start is left out.
  package let isWhole: Bool
  /// The oldest offset that each partition still had at the start. Empty = it was not asked for.
  package private(set) var beginnings: [Int32: Int64] = [:]
  /// The offset after the last message of each partition.
  private var reached: [Int32: Int64] = [:]
  /// When something came last, and what the client complained about since.
  private var lastArrival = monotonicNanoseconds()
  private var complaint: KafkaError?
  /// Longest wait for the next message or end while reading what is there.
  private static let patienceNanoseconds: UInt64 = 60_000_000_000
  /// Asked between two polls; true ends the reading.
  private let isStopped: () -> Bool

  /// Finds the topic and begins reading. With `readsLater` false nothing is read that is not there already, and then
  /// `newest` may say how many offsets of each partition, nil = all.
  package init(
    _ topic: String, kafka: KafkaSettings, readsLater: Bool = false, newest: Int64? = nil,
    isStopped: @escaping () -> Bool = { false }
  ) throws(JobFailure) {
    self.topic = topic
    self.isStopped = isStopped
    var settings = kafka
    // A consumer must name a group; it neither joins it nor commits to it.
    settings["group.id"] = "thermocline-reader"
    settings["enable.partition.eof"] = "true"
    if settings["fetch.wait.max.ms"] == nil { settings["fetch.wait.max.ms"] = "10" }
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(kafka, topics: [topic], timeoutMilliseconds: 10_000)
      partitionsCount = metadata.topics.first?.partitionsCount ?? 0
      open = Set((0..<partitionsCount).map { KafkaPartition(topic, Int32($0)) })
      consumer = try KafkaConsumer(settings, topics: [topic])
      var starts: [KafkaPartition: KafkaStart] = [:]
      for partition in open {
        starts[partition] = .beginning
        if readsLater { continue }
        let log = try consumer.watermarkOffsets(of: partition, timeoutMilliseconds: 10_000)
        beginnings[partition.partition] = log.lowerBound
        ends[partition.partition] = log.upperBound
        if let newest, newest < log.upperBound - log.lowerBound {
          starts[partition] = .offset(log.upperBound - newest)
        }
      }
      isWhole = starts.values.allSatisfy { $0 == .beginning }
      try consumer.begin(starts)
    } catch {
      throw JobFailure(
        .unavailable,
        "\(topic) cannot be read: \(error); check the brokers' address and the topic's name",
        isOutage: error.isOutage)
    }
  }

  deinit { consumer.close() }

  /// Offsets from the beginnings to the ends: as many messages at most.
  package var messagesTotal: Int {
    Int(ends.reduce(0) { $0 + $1.value - (beginnings[$1.key] ?? 0) })
  }

  /// Of them, those that lie behind.
  package var messagesDone: Int {
    Int(reached.reduce(0) { $0 + $1.value - (beginnings[$1.key] ?? 0) })
  }

  /// Reads what is there until the end of every partition was seen once, or `body` answers false.
  /// - Returns: whether all of it was read.
  @discardableResult package func readToEnd(
    _ body: (TopicMessage) throws(JobFailure) -> Bool
  ) throws(JobFailure) -> Bool {
    while !open.isEmpty {
      guard try step(body) else { return false }
      guard monotonicNanoseconds() - lastArrival < Self.patienceNanoseconds else {
        throw JobFailure(
          .unavailable,
          "nothing came from \(topic) for 60 s\(complaint.map { ": \($0)" } ?? ""); check the brokers and the "
            + "right to read the topic", isOutage: complaint?.isOutage ?? true)
      }
    }
    return true
  }

  /// Reads on, whatever comes, until stopped or `body` answers false.
  package func follow(_ body: (TopicMessage) throws(JobFailure) -> Bool) throws(JobFailure) {
    while try step(body) {}
  }

  /// One poll. False when the reading is over.
  private func step(_ body: (TopicMessage) throws(JobFailure) -> Bool) throws(JobFailure) -> Bool {
    var failure: JobFailure?
    var goesOn = !isStopped()
    guard goesOn else { return false }
    consumer.poll(timeoutMilliseconds: 50) { record in
      lastArrival = monotonicNanoseconds()
      if let end = ends[record.partition], record.offset >= end {
        open.remove(KafkaPartition(topic, record.partition))
        return .goOn
      }
      reached[record.partition] = record.offset + 1
      do throws(JobFailure) { goesOn = try body(TopicMessage(record)) } catch {
        failure = error
        goesOn = false
      }
      return goesOn ? .goOn : .stop
    }
    if let failure { throw failure }
    for event in consumer.takeEvents() {
      switch event {
      case .endReached(let position):
        lastArrival = monotonicNanoseconds()
        open.remove(position.partition)
      case .failed(let error) where error.isFatal:
        throw JobFailure(.unavailable, "reading \(topic) failed: \(error)")
      case .failed(let error): complaint = error
      default: break
      }
    }
    return goesOn
  }
}
