internal import CRdkafka
internal import Synchronization

/// Where the callbacks of one client put what happened until the owner takes it. Logs come from
/// librdkafka's threads, everything else from the thread that polls; none of it is per record, so a lock
/// costs nothing here. Delivery reports are per record and only counted.
final class KafkaInbox: Sendable {
  /// Lines and failures kept for a slow owner; the newest beyond are counted and shed.
  static let capacity = 256

  private struct State {
    var events: [KafkaEvent] = []
    var openRebalance: KafkaEvent?
    var failuresCount = 0
    var shedFailuresCount = 0
    var log: [KafkaLogLine] = []
    var shedLinesCount = 0
    var firstDeliveryError: KafkaError?
    var statistics: [UInt8]?
  }
  private let state = Mutex(State())
  let deliveredCount = Atomic<Int>(0)
  let failedCount = Atomic<Int>(0)
  /// Set before the consumer closes: revocations are then acknowledged on the spot.
  let isClosing = Atomic<Bool>(false)

  /// Whether the group has given the consumer anything, nothing included, since it was made.
  let hasBeenAssigned = Atomic<Bool>(false)

  /// Records an event the owner has to see: rebalances, commit results, ends of partitions. There are
  /// never more of them than the owner's own calls and partitions cause.
  func add(_ event: KafkaEvent) { state.withLock { $0.events.append(event) } }

  /// Records a rebalance, which stays open until it is answered.
  func add(rebalance: KafkaEvent) {
    if case .assigned = rebalance { hasBeenAssigned.store(true, ordering: .relaxed) }
    state.withLock {
      $0.events.append(rebalance)
      $0.openRebalance = rebalance
    }
  }

  /// The rebalance librdkafka waits for an answer to.
  var openRebalance: KafkaEvent? { state.withLock { $0.openRebalance } }

  /// Records that the open rebalance was answered.
  func closeRebalance() { state.withLock { $0.openRebalance = nil } }

  func add(failure: KafkaError) {
    state.withLock {
      guard $0.failuresCount < Self.capacity || failure.isFatal else {
        $0.shedFailuresCount += 1
        return
      }
      $0.failuresCount += 1
      $0.events.append(.failed(failure))
    }
  }

  func add(line: KafkaLogLine) {
    state.withLock {
      if $0.log.count < Self.capacity { $0.log.append(line) } else { $0.shedLinesCount += 1 }
    }
  }

  /// The newest statistics replace those before.
  func set(statistics: [UInt8]) { state.withLock { $0.statistics = statistics } }

  var statistics: [UInt8]? { state.withLock { $0.statistics } }

  func add(delivery error: KafkaError?) {
    guard let error else {
      deliveredCount.wrappingAdd(1, ordering: .relaxed)
      return
    }
    failedCount.wrappingAdd(1, ordering: .relaxed)
    state.withLock { $0.firstDeliveryError = $0.firstDeliveryError ?? error }
  }

  /// Empties the inbox of events, oldest first.
  func takeEvents() -> [KafkaEvent] {
    state.withLock { state in
      defer {
        state.events = []
        state.failuresCount = 0
      }
      return state.events
    }
  }

  func takeLog() -> [KafkaLogLine] {
    state.withLock { state in
      defer { state.log = [] }
      return state.log
    }
  }

  /// Failures and log lines shed since the client was made.
  var shedCount: Int { state.withLock { $0.shedFailuresCount + $0.shedLinesCount } }

  var firstDeliveryError: KafkaError? { state.withLock { $0.firstDeliveryError } }

  /// Forgets the counts and the first error.
  func resetDeliveries() {
    deliveredCount.store(0, ordering: .relaxed)
    failedCount.store(0, ordering: .relaxed)
    state.withLock { $0.firstDeliveryError = nil }
  }
}
