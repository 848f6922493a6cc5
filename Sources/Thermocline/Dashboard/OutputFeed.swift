internal import Logging
internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineDashboard
internal import ThermoclineEngine
internal import ThermoclineKafka

/// Follows the output topics, as any consumer could, and keeps what they say in the dashboard's history. It stands in no
/// group and commits nothing to the brokers: how far it has come is in the history, in the same transaction as the rows.
final class OutputFeed: Sendable {
  private let kafka: KafkaSettings
  private let topics: OutputTopics
  private let store: HistoryStore
  private let announcer: ChangeAnnouncer
  private let log: Logger
  private let isStopping = Atomic<Bool>(false)
  private let shared = Mutex(Shared())

  private struct Shared {
    var state = FeedState()
    /// Why a part of the topics cannot be read while the others are.
    var lost: String?
    var thread: OwnThread?
  }

  /// Why a reading ends before it is stopped.
  private enum Interruption: Error {
    /// Something does not work now; the same may work later.
    case trouble(String)
    /// The history lost what it had of a topic, or there are others to read: positions have to be asked for again.
    case rewound
  }

  /// Records of one transaction.
  private static let batchMax = 2_000
  private static let waitMilliseconds = 1_000
  private static let doubtNanoseconds: UInt64 = 1_000_000_000
  private let lookNanoseconds: UInt64

  /// `lookInterval`: how often the brokers are asked for topics and partitions that were not there before.
  init(
    _ kafka: KafkaSettings, topics: KafkaSink.Topics, store: HistoryStore, hub: LiveHub,
    lookInterval: TimeSpan, log: Logger
  ) {
    self.kafka = kafka
    lookNanoseconds = UInt64(lookInterval.milliseconds) * 1_000_000
    self.topics = OutputTopics(topics)
    self.store = store
    self.log = log
    announcer = ChangeAnnouncer(hub)
  }

  /// How it goes. Any thread.
  var state: FeedState { shared.withLock { $0.state } }

  /// Looks once whether the topics are there, then leaves a thread behind that follows them, whatever happens.
  func start() throws(JobFailure) {
    do throws(KafkaError) { _ = try topics.partitions(kafka) } catch {
      switch error.code {
      case let code where code.isUnknownTopic:
        throw JobFailure(
          .unavailable,
          "\(error); make it with thermocline topics create, or name another in the configuration's output"
        )
      case .invalidArgument: throw JobFailure(.configuration, "kafka.properties: \(error)")
      default:
        throw JobFailure(
          .unavailable,
          "the output topics cannot be read: \(error); check kafka.brokers and the network")
      }
    }
    let thread = OwnThread("outputs") { self.run() }
    shared.withLock { $0.thread = thread }
  }

  /// Ends the thread and waits for its end.
  func finish() {
    isStopping.store(true, ordering: .releasing)
    let thread = shared.withLock { shared in
      defer { shared.thread = nil }
      return shared.thread
    }
    thread?.join()
  }

  private var isStopped: Bool { isStopping.load(ordering: .acquiring) }

  private func run() {
    while !isStopped {
      do throws(Interruption) { try follow() } catch {
        guard case .trouble(let text) = error else {
          // What is shown until it is filled again is not all.
          shared.withLock { $0.state.isCaughtUp = false }
          continue
        }
        note(problem: text)
        pause()
      }
    }
  }

  /// One reading, from the history's positions on.
  private func follow() throws(Interruption) {
    let reader = try makeReader()
    defer { reader.close() }
    var looked = monotonicNanoseconds()
    while !isStopped {
      // A doubt is looked into at once, but not again and again.
      let passed = monotonicNanoseconds() &- looked
      if passed >= lookNanoseconds || (reader.doubt != nil && passed >= Self.doubtNanoseconds) {
        try look(reader)
        looked = monotonicNanoseconds()
      }
      try repair()
      let batch = reader.next(upTo: Self.batchMax)
      if !batch.isEmpty { try keep(batch) }
      if let topic = reader.recreatedTopic { try forget(topic) }
      if let failure = reader.failure { throw .trouble("\(failure)") }
      let isCaughtUp = reader.isCaughtUp
      shared.withLock { $0.state.isCaughtUp = isCaughtUp }
      announcer.announceIfDue()
    }
  }

  /// Asks the brokers what there is to read, and after a failure whether each part of it can be read.
  private func look(_ reader: OutputReader) throws(Interruption) {
    let partitions: [KafkaPartition]
    do throws(KafkaError) { partitions = try topics.partitions(kafka) } catch {
      throw .trouble("\(error)")
    }
    guard Set(partitions) == Set(reader.partitions) else { throw .rewound }
    guard let doubt = reader.doubt else { return }
    let isWhole = reader.canReadAll
    if isWhole { reader.doubt = nil }
    shared.withLock { $0.lost = isWhole ? nil : "\(doubt)" }
    note(problem: nil)
  }

  private func makeReader() throws(Interruption) -> OutputReader {
    let positions: [FeedPosition]
    do throws(HistoryFailure) { positions = try store.positions() } catch { throw passed(error) }
    let reader: OutputReader
    do throws(KafkaError) {
      reader = try OutputReader(kafka, topics, try topics.partitions(kafka), positions)
    } catch { throw .trouble("\(error)") }
    // A position behind the end of the log is one of another log under the same name.
    if let topic = reader.recreatedTopic {
      reader.close()
      try forget(topic)
    }
    shared.withLock { $0.lost = nil }
    note(problem: nil)
    return reader
  }

  /// Takes records over, however long it takes: they are not read twice for a lock or a full disk.
  private func keep(_ batch: [FeedRecord]) throws(Interruption) {
    while true {
      do throws(HistoryFailure) {
        let change = try store.apply(batch)
        take(change, messages: batch.count)
        return
      } catch {
        let interruption = passed(error)
        guard case .trouble(let text) = interruption, !isStopped else { throw interruption }
        note(problem: text)
        pause()
      }
    }
  }

  private func take(_ change: HistoryChange, messages: Int) {
    let isFirstBroken = shared.withLock { shared in
      shared.state.messages += messages
      shared.state.broken += change.broken
      return change.broken > 0 && shared.state.broken == change.broken
    }
    if isFirstBroken {
      log.warning("a message of the output topics is none of ours and was passed over")
    }
    note(problem: nil)
    announcer.add(change)
  }

  /// Drops what the history has of a topic that was deleted and made again.
  private func forget(_ topic: String) throws(Interruption) -> Never {
    log.warning(
      "the topic is not the one that was read before; its part of the history is read again",
      metadata: ["topic": "\(topic)"])
    do throws(HistoryFailure) { try store.forget(topic, topics.kind(of: topic)) } catch {
      throw passed(error)
    }
    throw .rewound
  }

  private func repair() throws(Interruption) {
    do throws(HistoryFailure) { try store.repair() } catch { throw passed(error) }
  }

  private func passed(_ failure: HistoryFailure) -> Interruption {
    switch failure {
    case .unavailable(let text): .trouble(text)
    case .rebuilt: .rewound
    }
  }

  /// `problem`: why nothing can be taken over; nil = what can be read is.
  private func note(problem: String?) {
    let told = shared.withLock { shared -> String?? in
      let problem = problem ?? shared.lost
      defer { shared.state.problem = problem }
      return shared.state.problem == problem ? nil : .some(problem)
    }
    guard let told else { return }
    if let problem = told {
      log.warning(
        "the dashboard does not follow the topics now; it tries on",
        metadata: ["reason": "\(problem)"])
    } else {
      log.info("the dashboard follows the topics again")
    }
  }

  private func pause() {
    var waited = 0
    while waited < Self.waitMilliseconds, !isStopped {
      pauseBriefly()
      waited += 20
    }
  }
}
