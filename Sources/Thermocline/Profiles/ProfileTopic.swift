internal import Dispatch
package import Logging
internal import Synchronization
internal import ThermoclineCodec
internal import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineKafka

/// Keeps a job's profiles as their compacted topic says: first all that is there, then every change as it comes.
///
/// What is no profile is logged with its place and reason and changes nothing. It goes to no other topic: a compacted
/// topic keeps it where it is until the account's next message.
package final class ProfileTopic: Sendable {
  private let topic: String
  private let kafka: KafkaSettings
  private let book: ProfileBook
  private let log: Logger
  private let failed: @Sendable () -> Void
  private let isStopping = Atomic<Bool>(false)
  private let state = Mutex(State())
  /// Signalled once: everything that was there is in the book, or that cannot be had.
  private let isLoaded = DispatchSemaphore(value: 0)

  private struct State {
    var counts = ProfileTopicCounts()
    var failure: JobFailure?
    var thread: OwnThread?
  }

  /// `failed` is called, on a thread of the topic's own, when changes cannot be followed any more.
  package init(
    _ topic: String, kafka: KafkaSettings, book: ProfileBook, log: Logger,
    failed: @escaping @Sendable () -> Void
  ) {
    self.topic = topic
    self.kafka = kafka
    self.book = book
    self.log = log
    self.failed = failed
  }

  /// What came so far. Any thread.
  package var counts: ProfileTopicCounts { state.withLock { $0.counts } }

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
      "profiles loaded",
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
      account = try AccountProfileDecoder.account(key: message.key)
      if let value = message.value {
        book.set(try AccountProfileDecoder.decode(value), of: account)
      } else {
        book.set(nil, of: account)
      }
    } catch {
      isRefused = true
      log.warning(
        "a profile was refused; the earlier one stays",
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
