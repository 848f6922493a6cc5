package import ThermoclineKafka

/// Where transactions are open in some topics: what `read_committed` readers cannot get past.
///
/// librdkafka 2.0 cannot ask a coordinator for its transactions, so nothing is known of who has opened them. What it can
/// ask for is where the stable part of a partition ends.
package struct OpenTransactions: Sendable, Equatable {
  package struct Place: Sendable, Equatable {
    package var partition: KafkaPartition
    /// Offset of the first record of the oldest open transaction.
    package var since: Int64
    /// One past the newest record.
    package var end: Int64
  }
  /// Sorted by topic and partition.
  package private(set) var places: [Place] = []
  package private(set) var partitionsCount = 0

  private static let answerMilliseconds: Int32 = 10_000

  /// Asks for every partition of the topics, outside of any group.
  package init(_ topics: [String], kafka: KafkaSettings) throws(JobFailure) {
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(
        kafka, topics: topics, timeoutMilliseconds: Self.answerMilliseconds)
      let all = try Self.consumer(kafka, "read_uncommitted")
      let stable = try Self.consumer(kafka, "read_committed")
      for topic in metadata.topics {
        for number in 0..<topic.partitionsCount {
          partitionsCount += 1
          let partition = KafkaPartition(topic.name, Int32(number))
          // The stable end first: what is committed between the two questions is no open transaction.
          let since = try Self.end(of: partition, stable)
          let end = try Self.end(of: partition, all)
          guard since < end, try Self.end(of: partition, stable) == since else { continue }
          places.append(Place(partition: partition, since: since, end: end))
        }
      }
    } catch {
      throw JobFailure(
        .unavailable, "\(error); check the brokers' address and the topics' names")
    }
    places.sort {
      ($0.partition.topic, $0.partition.partition) < ($1.partition.topic, $1.partition.partition)
    }
  }

  private static func consumer(
    _ kafka: KafkaSettings, _ isolation: String
  ) throws(KafkaError) -> KafkaConsumer {
    var settings = kafka
    // A consumer must name a group; it neither joins it nor commits to it.
    settings["group.id"] = "thermocline-reader"
    settings["isolation.level"] = isolation
    return try KafkaConsumer(settings, topics: [])
  }

  private static func end(
    of partition: KafkaPartition, _ consumer: KafkaConsumer
  ) throws(KafkaError) -> Int64 {
    try consumer.watermarkOffsets(of: partition, timeoutMilliseconds: answerMilliseconds)
      .upperBound
  }

  /// For a person.
  package var text: String {
    guard !places.isEmpty else {
      return "no transaction is open in \(FigureText.grouped(partitionsCount)) partitions"
    }
    let lines = places.map {
      "\($0.partition)  open since offset \($0.since), \(FigureText.grouped(Int($0.end - $0.since))) offsets wait behind it"
    }
    return
      (lines + [
        "",
        "A running job has one open for a moment in each commit interval. One that stays is ended by its time-out (30 s "
          + "unless configured), or at once by: thermocline transactions abort --instance NAME",
      ]).joined(separator: "\n")
  }

  /// Aborts what the process with this transactional id left open, and fences the process if it still runs.
  package static func abort(_ id: String, kafka: KafkaSettings) throws(JobFailure) {
    var settings = kafka
    settings["transactional.id"] = id
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(
        kafka, topics: [], timeoutMilliseconds: answerMilliseconds)
      guard !metadata.isEmbedded else {
        throw KafkaError(
          .unsupportedFeature, "the embedded broker only pretends to know transactions")
      }
      try KafkaProducer(settings).initTransactions(timeoutMilliseconds: 60_000)
    } catch { throw JobFailure(.unavailable, "\(id): \(error)") }
  }
}
