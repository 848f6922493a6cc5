internal import Dispatch
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
  private let kafka: KafkaSettings
  private let book: AccountBook<Value>
  private let decode: @Sendable ([UInt8]) throws(ProfileFault) -> Value
  /// What a value is called: `profile`.
  private let noun: String
  private let log: Logger
  private let failed: @Sendable () -> Void
  private let isStopping = Atomic<Bool>(false)
  private let state = Mutex(State())
  /// Signalled once: everything that was there is in the book, or that cannot be had.
  private let isLoaded = DispatchSemaphore(value: 0)

  private struct State {
    var counts = AccountTopicCounts()
    var failure: JobFailure?
    var thread: OwnThread?
  }

  /// `failed` is called, on a thread of the topic's own, when changes cannot be followed any more.
  init(
    _ topic: String, of noun: String, kafka: KafkaSettings, book: AccountBook<Value>, log: Logger,
    decode: @escaping @Sendable ([UInt8]) throws(ProfileFault) -> Value,
    failed: @escaping @Sendable () -> Void
  ) {
    self.topic = topic
    self.noun = noun
    self.decode = decode
    self.kafka = kafka
    self.book = book
    self.log = log
    self.failed = failed
  }

  /// What came so far. Any thread.
  package var counts: AccountTopicCounts { state.withLock { $0.counts } }

  /// Why it ended before it was stopped; nil while it goes on. Any thread.
  package var failure: JobFailure? { state.withLock { $0.failure } }

  /// Reads all that is there, then leaves a thread behind that follows the changes. Once.
  package func start() throws(JobFailure) {
    let thread = OwnThread("profiles") { self.run() }
    state.withLock { $0.thread = thread }
    isLoaded.wait()
    if let failure { throw failure }
    let counts = counts
    log.info(
      "\(noun)s loaded",
      metadata: [
        "topic": "\(topic)", "read": "\(counts.read)", "removed": "\(counts.removed)",
        "refused": "\(counts.refused)",
      ])
  }

  /// Asks the thread to end; also ends a `start` that waits. Any thread.
  package func stop() { isStopping.store(true, ordering: .releasing) }

  /// Ends the thread and waits for its end.
  package func finish() {
    stop()
    let thread = state.withLock { state in
      defer { state.thread = nil }
      return state.thread
    }
    thread?.join()
  }

  private func run() {
    var hasLoaded = false
    do throws(JobFailure) {
      let scan = try TopicScan(topic, kafka: kafka, readsLater: true) { [self] in
        isStopping.load(ordering: .acquiring)
      }
      try scan.readToEnd { message in
        take(message)
        return true
      }
      hasLoaded = true
      isLoaded.signal()
      try scan.follow { message in
        take(message)
        return true
      }
    } catch {
      state.withLock { $0.failure = error }
      if hasLoaded { failed() } else { isLoaded.signal() }
    }
  }

  private func take(_ message: TopicMessage) {
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
    state.withLock { [isRefused] in
      $0.counts.read += 1
      if isRefused {
        $0.counts.refused += 1
      } else if isRemoved {
        $0.counts.removed += 1
      } else {
        $0.counts.set += 1
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
