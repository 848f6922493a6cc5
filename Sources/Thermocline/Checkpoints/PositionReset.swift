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

  /// Finds out what would change, and changes nothing. `partition`: only this one of each topic. A partition or an offset
  /// that is not there is wrong usage.
  package init(
    to target: Target, partition only: Int32? = nil, group: String, inputTopics: [String],
    kafka: KafkaSettings
  ) throws(JobFailure) {
    self.group = group
    let places: [KafkaPartition]
    var settings = kafka
    settings["group.id"] = group
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(
        kafka, topics: inputTopics, timeoutMilliseconds: Self.answerMilliseconds)
      isEmbedded = metadata.isEmbedded
      partitionsCounts = Dictionary(
        metadata.topics.map { ($0.name, $0.partitionsCount) }, uniquingKeysWith: { $1 })
      consumer = try KafkaConsumer(settings, topics: [])
      places = metadata.partitions.filter { only == nil || $0.partition == only }
    } catch { throw Self.unavailable(error) }
    if places.isEmpty, let only {
      let count = partitionsCounts.values.max() ?? 0
      throw JobFailure(
        .usage, "--partition: the input has no partition \(only); allowed: 0 to \(count - 1)")
    }
    try findChanges(of: places, to: target)
  }

  private static func unavailable(_ error: KafkaError) -> JobFailure {
    JobFailure(.unavailable, "\(error); check the brokers' address and the topics' names")
  }

  private mutating func findChanges(
    of places: [KafkaPartition], to target: Target
  ) throws(JobFailure) {
    let committed: [KafkaPosition]
    let targets: [KafkaPartition: Int64]
    var logs: [KafkaPartition: Range<Int64>] = [:]
    do throws(KafkaError) {
      committed = try consumer.committed(places, timeoutMilliseconds: Self.answerMilliseconds)
      for place in places {
        logs[place] = try consumer.watermarkOffsets(
          of: place, timeoutMilliseconds: Self.answerMilliseconds)
      }
      targets = try Self.targets(target, in: logs, consumer)
    } catch { throw Self.unavailable(error) }
    for place in places {
      let offset = targets[place] ?? 0
      if case .offset = target, let log = logs[place],
        !(log.lowerBound...log.upperBound).contains(offset)
      {
        throw JobFailure(
          .usage,
          "--to: \(place) has no offset \(offset); allowed: \(log.lowerBound) to \(log.upperBound)")
      }
      let from = committed.first { $0.partition == place }?.offset
      changes.append(Change(partition: place, from: from, to: offset))
    }
  }

  /// The offset that is the target, in each partition's log.
  private static func targets(
    _ target: Target, in logs: [KafkaPartition: Range<Int64>], _ consumer: KafkaConsumer
  ) throws(KafkaError) -> [KafkaPartition: Int64] {
    var found: [KafkaPartition: Int64] = [:]
    if case .time(let time) = target {
      for position in try consumer.offsets(
        of: Array(logs.keys), atMilliseconds: time.milliseconds,
        timeoutMilliseconds: answerMilliseconds)
      { found[position.partition] = position.offset }
    }
    for (partition, log) in logs {
      switch target {
      case .beginning: found[partition] = log.lowerBound
      case .end: found[partition] = log.upperBound
      case .offset(let offset): found[partition] = offset
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
