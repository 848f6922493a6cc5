package import Logging
internal import Synchronization
internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineKafka

/// Keeps a job's profiles, or overrides, as their compacted topic says: first all that is there, then every change as
/// it comes.
///
/// What cannot be read is logged with its place and reason and changes nothing. It goes to no other topic: a compacted
/// topic keeps it where it is until the account's next message.
package final class AccountTopic<Value: AccountValue>: Sendable {
  private let topic: String
  private let reading: Reading
  private let follower: TopicFollower

  /// What is done with a message; on the follower's thread.
  fileprivate final class Reading: Sendable {
    let topic: String
    let book: AccountBook<Value>
    let decode: @Sendable ([UInt8]) throws(ProfileFault) -> Value
    /// What a value is called: `profile`.
    let noun: String
    let log: Logger
    let counts = Mutex(AccountTopicCounts())

    init(
      _ topic: String, _ noun: String, _ book: AccountBook<Value>, _ log: Logger,
      _ decode: @escaping @Sendable ([UInt8]) throws(ProfileFault) -> Value
    ) {
      self.topic = topic
      self.noun = noun
      self.book = book
      self.log = log
      self.decode = decode
    }
  }

  /// `failed` is called, on a thread of the topic's own, when changes cannot be followed any more.
  init(
    _ topic: String, of noun: String, kafka: KafkaSettings, book: AccountBook<Value>, log: Logger,
    decode: @escaping @Sendable ([UInt8]) throws(ProfileFault) -> Value,
    failed: @escaping @Sendable () -> Void
  ) {
    self.topic = topic
    let reading = Reading(topic, noun, book, log, decode)
    self.reading = reading
    follower = TopicFollower(topic, kafka: kafka, failed: failed) { reading.take($0) }
  }

  /// What came so far. Any thread.
  package var counts: AccountTopicCounts { reading.counts.withLock { $0 } }

  /// Why it ended before it was stopped; nil while it goes on. Any thread.
  package var failure: JobFailure? { follower.failure }

  /// Reads all that is there, then leaves a thread behind that follows the changes. Once.
  package func start() throws(JobFailure) {
    try follower.start("profiles")
    let counts = counts
    reading.log.info(
      "\(reading.noun)s loaded",
      metadata: [
        "topic": "\(topic)", "read": "\(counts.read)", "removed": "\(counts.removed)",
        "refused": "\(counts.refused)",
      ])
  }

  /// Asks the thread to end; also ends a `start` that waits. Any thread.
  package func stop() { follower.stop() }

  /// Ends the thread and waits for its end.
  package func finish() { follower.finish() }
}

extension AccountTopic.Reading {
  func take(_ message: TopicMessage) {
    var account = ""
    var isRefused = false
    do throws(ProfileFault) {
      account = try AccountMessage.account(key: message.key)
      if let value = message.value {
        book.set(try decode(value), of: account)
      } else {
        book.set(nil, of: account)
      }
    } catch {
      isRefused = true
      log.warning(
        "a message of the \(noun)s was refused; the earlier one stays",
        metadata: [
          "topic": "\(topic)", "partition": "\(message.partition)", "offset": "\(message.offset)",
          "account": "\(account)", "reason": "\(error.reason.rawValue)",
          "detail": "\(error.detail)",
        ])
    }
    let isRemoved = message.value == nil
    counts.withLock { [isRefused] in
      $0.read += 1
      if isRefused {
        $0.refused += 1
      } else if isRemoved {
        $0.removed += 1
      } else {
        $0.set += 1
      }
    }
  }
}

/// The topic of profiles.
package typealias ProfileTopic = AccountTopic<AccountProfile>
/// The topic of overrides.
package typealias OverrideTopic = AccountTopic<ScoreOverride>
/// The topic of alert controls, keyed by the alerts' fingerprints.
package typealias ControlTopic = AccountTopic<AlertControl>

extension AccountTopic<AccountProfile> {
  package convenience init(
    _ topic: String, kafka: KafkaSettings, book: ProfileBook, log: Logger,
    failed: @escaping @Sendable () -> Void
  ) {
    self.init(
      topic, of: "profile", kafka: kafka, book: book, log: log,
      decode: { bytes throws(ProfileFault) in try AccountProfileDecoder.decode(bytes) },
      failed: failed)
  }
}

extension AccountTopic<ScoreOverride> {
  package convenience init(
    _ topic: String, kafka: KafkaSettings, book: OverrideBook, log: Logger,
    failed: @escaping @Sendable () -> Void
  ) {
    self.init(
      topic, of: "override", kafka: kafka, book: book, log: log,
      decode: { bytes throws(ProfileFault) in try ScoreOverrideDecoder.decode(bytes) },
      failed: failed)
  }
}

extension AccountTopic<AlertControl> {
  package convenience init(
    _ topic: String, kafka: KafkaSettings, book: ControlBook, log: Logger,
    failed: @escaping @Sendable () -> Void
  ) {
    self.init(
      topic, of: "alert control", kafka: kafka, book: book, log: log,
      decode: { bytes throws(ProfileFault) in try AlertControlDecoder.decode(bytes) },
      failed: failed)
  }
}
