internal import Synchronization
internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineKafka

/// A consumer of the output topics like any third party's: it knows the topics and nothing of the job.
package final class OutputWatcher: Sendable {
  /// What the topics have said so far.
  package struct State: Sendable {
    /// The newest score of each account as it came, and read.
    package var values: [String: [UInt8]] = [:]
    package var scores: [String: HealthScore] = [:]
    /// Scores of midnights, for a sparkline.
    package var history: [String: [Double?]] = [:]
    package var alerts: [HealthAlert] = []
    /// The newest figures of each segment.
    package var rollups: [String: HealthRollup] = [:]
    package var deadLetters: [String: Int] = [:]
    package var scoresCount = 0
    package var broken = 0
  }

  private let topics: KafkaSink.Topics
  private let consumer: KafkaConsumer
  private let partitions: [KafkaPartition]
  private let state = Mutex(State())
  private let isStopping = Atomic<Bool>(false)
  private static let historyMax = 16

  package init(_ kafka: KafkaSettings, topics: KafkaSink.Topics) throws(JobFailure) {
    self.topics = topics
    let names = [topics.scores, topics.alerts, topics.rollups, topics.deadLetters]
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(kafka, topics: names, timeoutMilliseconds: 10_000)
      var settings = kafka
      settings["group.id"] = "thermocline-watcher"
      settings["fetch.wait.max.ms"] = "10"
      settings["isolation.level"] = "read_committed"
      consumer = try KafkaConsumer(settings, topics: names)
      partitions = metadata.partitions
      try consumer.begin(Dictionary(uniqueKeysWithValues: partitions.map { ($0, .beginning) }))
    } catch {
      throw JobFailure(.unavailable, "reading the output topics failed: \(error)")
    }
  }

  /// What was seen so far.
  package func withState<R: Sendable>(_ body: (State) -> sending R) -> R {
    state.withLock { body($0) }
  }

  /// Reads until `finish`. Blocks.
  package func run() {
    var positions: [KafkaPartition: Int64] = [:]
    while true {
      let stopping = isStopping.load(ordering: .acquiring)
      consumer.poll(timeoutMilliseconds: 20) { record in
        positions[KafkaPartition(consumer.topics[record.topicIndex], record.partition)] =
          record.offset + 1
        take(record)
        return .goOn
      }
      if stopping, isAtEnd(positions) { break }
    }
    consumer.close()
  }

  /// Everything that is in the topics now is read, then `run` returns.
  package func finish() { isStopping.store(true, ordering: .releasing) }

  private func isAtEnd(_ positions: [KafkaPartition: Int64]) -> Bool {
    partitions.allSatisfy { partition in
      let ends = try? consumer.watermarkOffsets(of: partition, timeoutMilliseconds: 5_000)
      return (positions[partition] ?? 0) >= (ends?.upperBound ?? 0)
    }
  }

  private func take(_ record: borrowing KafkaRecord) {
    let key = unsafe record.key.map { unsafe String(decoding: $0, as: UTF8.self) } ?? ""
    let value = unsafe record.payload.map { unsafe Array($0) }
    let reason = unsafe record.header("error.reason").map {
      unsafe String(decoding: $0, as: UTF8.self)
    }
    let topic = consumer.topics[record.topicIndex]
    state.withLock { state in
      if topic == topics.scores {
        Self.take(score: value, of: key, &state)
      } else if topic == topics.alerts {
        guard let value, let alert = try? HealthAlertDecoder.decode(value) else {
          state.broken += 1
          return
        }
        state.alerts.append(alert)
      } else if topic == topics.rollups {
        Self.take(rollup: value, of: key, &state)
      } else {
        state.deadLetters[reason ?? "(no reason)", default: 0] += 1
      }
    }
  }

  private static func take(rollup value: [UInt8]?, of segment: String, _ state: inout State) {
    guard let value else {
      state.rollups[segment] = nil
      return
    }
    guard let rollup = try? HealthRollupDecoder.decode(value) else {
      state.broken += 1
      return
    }
    // Each midnight's comes from another partition, and partitions are read side by side.
    if state.rollups[segment].map({ $0.at <= rollup.at }) ?? true {
      state.rollups[segment] = rollup
    }
  }

  private static func take(score value: [UInt8]?, of account: String, _ state: inout State) {
    state.scoresCount += 1
    guard let value else {
      state.values[account] = nil
      state.scores[account] = nil
      state.history[account] = nil
      return
    }
    guard let score = try? HealthScoreDecoder.decode(value) else {
      state.broken += 1
      return
    }
    state.values[account] = value
    state.scores[account] = score
    guard score.isFinal, score.at.floor(to: .days(1)) == score.at else { return }
    state.history[account, default: []].append(score.score?.value)
    if state.history[account]!.count > historyMax { state.history[account]!.removeFirst() }
  }
}
