internal import Dispatch
internal import Logging
internal import Synchronization
internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka
internal import ThermoclineNotify

/// One sink at work, on a thread of its own: reads, sends, commits. Nothing that goes wrong here holds up another sink.
final class SinkWorker: Sendable {
  private let setup: SinkSetup
  private let makeReader: @Sendable () throws(KafkaError) -> SinkReader
  private let letters: NotifyDeadLetters
  private let sender: HTTPSender
  private let incidents: IncidentLog
  private let log: Logger
  private let isStopping = Atomic<Bool>(false)
  private let state: Mutex<State>

  private struct State {
    var snapshot: SinkSnapshot
    var looked = monotonicNanoseconds()
    var failure: JobFailure?
  }

  init(
    _ setup: SinkSetup, letters: NotifyDeadLetters, sender: HTTPSender, incidents: IncidentLog,
    log: Logger, reader: @escaping @Sendable () throws(KafkaError) -> SinkReader
  ) {
    self.setup = setup
    self.letters = letters
    self.sender = sender
    self.incidents = incidents
    self.log = log
    makeReader = reader
    state = Mutex(State(snapshot: SinkSnapshot(setup.name, setup.kind)))
  }

  /// Any thread.
  var snapshot: SinkSnapshot {
    let now = monotonicNanoseconds()
    return state.withLock { state in
      var snapshot = state.snapshot
      snapshot.idleNanoseconds = now &- min(state.looked, now)
      return snapshot
    }
  }

  /// Why it ended before it was stopped. Any thread.
  var failure: JobFailure? { state.withLock { $0.failure } }

  /// Asks it to end after the request that is under way. Any thread.
  func stop() { isStopping.store(true, ordering: .releasing) }

  private var goesOn: Bool { !isStopping.load(ordering: .acquiring) }

  /// Works until stopped, or until it cannot go on. On a thread of its own.
  func run() {
    do throws(JobFailure) { try work() } catch { state.withLock { $0.failure = error } }
  }

  private func work() throws(JobFailure) {
    let reader: SinkReader
    do throws(KafkaError) { reader = try makeReader() } catch {
      throw JobFailure(.configuration, "kafka: \(error)")
    }
    defer { reader.close() }
    var outbox = Outbox(setup.sink, setup.plan, seed: UInt64.random(in: 0...UInt64.max))
    /// Must be with the brokers before anything is committed.
    var unwritten: [NotifyDeadLetters.Letter] = []
    var patience: Int32 = 100
    var looked = monotonicNanoseconds()
    while goesOn {
      try reader.poll(&outbox, milliseconds: patience) { message, error in
        unwritten.append(NotifyDeadLetters.Letter(message, error, sink: setup.name))
      }
      try reader.answerEvents(&outbox) { outbox in
        if write(&unwritten) { reader.commit(outbox) }
      }
      let now = monotonicNanoseconds()
      var hasSettled = !unwritten.isEmpty
      switch outbox.step(now) {
      case .send(let shipment):
        unwritten += deliver(shipment, &outbox)
        hasSettled = true
        patience = 0
      case .wait(let time):
        let wait = time.map { Int32(clamping: ($0 &- min($0, now)) / 1_000_000 + 1) } ?? 100
        patience = min(100, wait)
      }
      if hasSettled || now &- looked > 1_000_000_000 {
        looked = now
        if write(&unwritten) { reader.commit(outbox) }
      }
      show(reader, outbox)
    }
    if write(&unwritten) { reader.commit(outbox) }
    show(reader, outbox)
  }

  /// Sends one shipment; what the server will never take comes back.
  private func deliver(
    _ shipment: Shipment, _ outbox: inout Outbox
  ) -> [NotifyDeadLetters.Letter] {
    let request = setup.sink.request(for: shipment, at: wallClock())
    let verdict = sender.send(setup, request)
    let settlement = outbox.settle(verdict, now: monotonicNanoseconds())
    switch (settlement, verdict) {
    case (.retrying, .retry(let reason, let detail, _)):
      incidents.note(
        "\(setup.name) \(reason)", detail, "\(setup.address) did not take alerts",
        todo: "nothing: they are sent again; see docs/notify.md when it goes on")
    case (.refused(let shipment), .refused(let reason, let detail, _)):
      incidents.note(
        "\(setup.name) \(reason)", detail, "\(setup.address) refused alerts",
        todo: "look at the sink's address and secret; the alerts are in the dead letters")
      guard shipment.form != .refresh else { return [] }
      return shipment.changes.map {
        NotifyDeadLetters.Letter($0, reason: reason, detail: detail, sink: setup.name)
      }
    default: break
    }
    return []
  }

  /// Keeps what will never be delivered; tries until that is done. False = stopped before, so nothing may be committed.
  private func write(_ letters: inout [NotifyDeadLetters.Letter]) -> Bool {
    while !letters.isEmpty {
      do throws(KafkaError) {
        try self.letters.write(letters)
        letters = []
      } catch {
        incidents.note(error, "dead letters were not written")
        guard goesOn else { return false }
        // It is alive, and so are the other sinks.
        state.withLock { $0.looked = monotonicNanoseconds() }
        pauseBriefly(milliseconds: 1_000)
      }
    }
    return true
  }

  private func show(_ reader: SinkReader, _ outbox: Outbox) {
    let now = monotonicNanoseconds()
    func seconds(_ since: UInt64?) -> Double {
      since.map { Double(now &- min($0, now)) / 1e9 } ?? 0
    }
    var snapshot = SinkSnapshot(setup.name, setup.kind)
    snapshot.counts = outbox.counts
    snapshot.waiting = outbox.waitingCount
    snapshot.waitingSeconds = seconds(outbox.waitingSince)
    snapshot.failingSeconds = seconds(outbox.failingSince)
    snapshot.open = outbox.openCount
    snapshot.forgotten = outbox.forgottenCount
    snapshot.lag = reader.lag(outbox)
    snapshot.missed = reader.missed
    snapshot.partitions = reader.owned.count
    snapshot.isReady = reader.knowsItsPast
    state.withLock { state in
      state.snapshot = snapshot
      state.looked = now
    }
  }
}
