internal import Logging
internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka

/// Hears what the other instances of a job tell of days, and lets the partitions that waited for it go on.
final class SegmentTopic: Sendable {
  private let topic: String
  private let log: Logger
  private let follower: TopicFollower

  init(
    _ topic: String, kafka: KafkaSettings, model: HealthModel, exchange: SegmentExchange,
    pipeline: Pipeline, log: Logger, failed: @escaping @Sendable () -> Void
  ) {
    self.topic = topic
    self.log = log
    let reader = Mutex(DayMessageReader(model, exchange))
    follower = TopicFollower(topic, kafka: kafka, failed: failed) { message in
      guard let value = message.value else { return }
      let key = String(decoding: message.key ?? [], as: UTF8.self)
      do throws(StateError) {
        let outcome = try reader.withLock { reader throws(StateError) in
          try reader.take(key: key, value)
        }
        switch outcome {
        case .begun, .foreign: return
        case .taken, .otherPolicy: break
        case .unreadable(let reason):
          log.warning(
            "what another instance tells of a day cannot be read and is left out; run the same version in all instances",
            metadata: [
              "topic": "\(topic)", "partition": "\(message.partition)",
              "offset": "\(message.offset)", "of": "\(key)", "reason": "\(reason)",
            ])
        }
        pipeline.wake()
      } catch {
        log.warning(
          "what another instance tells of a day cannot be read; partitions wait until it tells the next",
          metadata: [
            "topic": "\(topic)", "partition": "\(message.partition)",
            "offset": "\(message.offset)", "of": "\(key)", "reason": "\(error)",
          ])
      }
    }
  }

  /// Why it ended before it was stopped; nil while it goes on. Any thread.
  var failure: JobFailure? { follower.failure }

  /// Reads all that is there, then leaves a thread behind that hears more. Once.
  func start() throws(JobFailure) {
    try follower.start("segments")
    log.info("days of other instances read", metadata: ["topic": "\(topic)"])
  }

  /// Asks the thread to end. Any thread.
  func stop() { follower.stop() }

  /// Ends the thread and waits for its end.
  func finish() { follower.finish() }
}
