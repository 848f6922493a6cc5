package import ThermoclineCore
package import ThermoclineKafka

/// Sets a group's committed positions: what lies behind them is published again, what lies before is not.
///
/// A broker takes positions from outside of a group only while the group has no member, so a running job's are never
/// changed under it: the check and the change are one request.
package struct PositionReset: Sendable {
  /// Where to.
  package enum Target: Sendable, Equatable {
    case beginning
    case end
    case offset(Int64)
    /// The first record with this timestamp or a later one; the end where there is none.
    case time(EventTime)
  }

  package struct Change: Sendable, Equatable {
    package var partition: KafkaPartition
    /// nil: nothing was committed.
    package var from: Int64?
    package var to: Int64
  }

  package private(set) var changes: [Change] = []
  private let group: String
  private let partitionsCounts: [String: Int]
  private let consumer: KafkaConsumer
  private let isEmbedded: Bool

  private static let answerMilliseconds: Int32 = 30_000

  /// Finds out what would change, and changes nothing. `partition`: only this one of each topic.
  package init(
    to target: Target, partition only: Int32? = nil, group: String, inputTopics: [String],
    kafka: KafkaSettings
  ) throws(JobFailure) {
    self.group = group
    var settings = kafka
    settings["group.id"] = group
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(
        kafka, topics: inputTopics, timeoutMilliseconds: Self.answerMilliseconds)
      isEmbedded = metadata.isEmbedded
      partitionsCounts = Dictionary(
        metadata.topics.map { ($0.name, $0.partitionsCount) }, uniquingKeysWith: { $1 })
      let all = metadata.topics.flatMap { topic in
        (0..<topic.partitionsCount).map { KafkaPartition(topic.name, Int32($0)) }
      }.filter { only == nil || $0.partition == only }
      guard !all.isEmpty else {
        throw KafkaError(.unknownPartition, "the input has no partition \(only ?? 0)")
      }
      consumer = try KafkaConsumer(settings, topics: [])
      let committed = try consumer.committed(all, timeoutMilliseconds: Self.answerMilliseconds)
      let ends = try Self.ends(all, target, consumer)
      for place in all {
        changes.append(
          Change(
            partition: place, from: committed.first { $0.partition == place }?.offset,
            to: ends[place] ?? 0))
      }
    } catch {
      throw JobFailure(
        .unavailable, "\(error); check the brokers' address, the topics' names and the partition")
    }
  }

  private static func ends(
    _ partitions: [KafkaPartition], _ target: Target, _ consumer: KafkaConsumer
  ) throws(KafkaError) -> [KafkaPartition: Int64] {
    var found: [KafkaPartition: Int64] = [:]
    if case .time(let time) = target {
      for position in try consumer.offsets(
        of: partitions, atMilliseconds: time.milliseconds, timeoutMilliseconds: answerMilliseconds)
      { found[position.partition] = position.offset }
    }
    for partition in partitions {
      let log = try consumer.queryWatermarkOffsets(
        partition, timeoutMilliseconds: answerMilliseconds)
      switch target {
      case .beginning: found[partition] = log.lowerBound
      case .end: found[partition] = log.upperBound
      case .offset(let offset):
        guard log.lowerBound...log.upperBound ~= offset else {
          throw KafkaError(
            .invalidArgument,
            "\(partition) has the offsets \(log.lowerBound) to \(log.upperBound), not \(offset)")
        }
        found[partition] = offset
      case .time: found[partition] = found[partition] ?? log.upperBound
      }
    }
    return found
  }

  /// Commits the new positions; refused while the group has members.
  package func apply() throws(JobFailure) {
    do throws(KafkaError) {
      try consumer.commit(changes.map { KafkaPosition($0.partition, offset: $0.to) }) {
        CommitMark(partitionsCount: partitionsCounts[$0.topic])
      }
    } catch {
      guard error.code == .unknownMember else {
        throw JobFailure(.unavailable, "\(error); nothing was changed")
      }
      let remedy =
        isEmbedded
        ? "the embedded broker takes a group's positions only before its first member"
        : "stop the job everywhere, and wait for session.timeout.ms where one was killed"
      throw JobFailure(
        .unavailable, "the group \(group) has members: \(remedy); nothing was changed")
    }
  }

  /// For a person.
  package var text: String {
    changes.map { change in
      let from = change.from.map { "\($0)" } ?? "nothing"
      let says =
        switch (change.from ?? 0) - change.to {
        case 0: "stays"
        case let again where again > 0:
          "\(FigureText.grouped(Int(again))) messages are judged again"
        case let skipped:
          "\(FigureText.grouped(Int(-skipped))) messages are counted and never judged"
        }
      return "\(change.partition)  \(from) → \(change.to)  \(says)"
    }.joined(separator: "\n")
  }
}
