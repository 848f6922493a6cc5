internal import Dispatch
internal import Synchronization
internal import ThermoclineEngine
internal import ThermoclineKafka

/// Follows a topic on a thread of its own: first all that is there, then every message as it comes.
final class TopicFollower: Sendable {
  private let topic: String
  private let kafka: KafkaSettings
  private let take: @Sendable (TopicMessage) -> Void
  private let failed: @Sendable () -> Void
  private let isStopping = Atomic<Bool>(false)
  private let state = Mutex(State())
  /// Signalled once: everything that was there was taken, or cannot be had.
  private let isLoaded = DispatchSemaphore(value: 0)

  private struct State {
    var failure: JobFailure?
    var thread: OwnThread?
  }

  /// `take` gets the messages, `failed` is called when no more can be had; both on the thread.
  init(
    _ topic: String, kafka: KafkaSettings, failed: @escaping @Sendable () -> Void,
    take: @escaping @Sendable (TopicMessage) -> Void
  ) {
    self.topic = topic
    self.kafka = kafka
    self.failed = failed
    self.take = take
  }

  /// Why it ended before it was stopped; nil while it goes on. Any thread.
  var failure: JobFailure? { state.withLock { $0.failure } }

  /// Reads all that is there, then leaves the thread behind. Once.
  func start(_ name: StaticString) throws(JobFailure) {
    let thread = OwnThread(name) { self.run() }
    state.withLock { $0.thread = thread }
    isLoaded.wait()
    if let failure { throw failure }
  }

  /// Asks the thread to end; also ends a `start` that waits. Any thread.
  func stop() { isStopping.store(true, ordering: .releasing) }

  /// Ends the thread and waits for its end.
  func finish() {
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
}
