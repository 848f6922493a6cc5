import ThermoclineCore
import ThermoclineWindows

/// What is made of the windows: scores and alerts, or plain window rows.
///
/// All calls for one partition come from one thread at a time, in the order of event time. Everything final must be
/// a function of the partition's events and profiles alone.
package protocol TickObserver: ~Copyable {
  /// Whether ticks at which no account is due are visited too.
  var visitsEveryTick: Bool { get }

  /// Time of the last midnight of which all is said, what waited for other partitions included. A restart says what the
  /// days after it come to.
  var saidDay: EventTime { get }

  /// An earlier run has said what the days up to this midnight came to, and nothing of later ones.
  mutating func setSaidDay(_ day: EventTime)

  /// What the days up to this midnight came to is committed: nobody discards it any more.
  func noteCommitted(_ day: EventTime)

  /// Whether accounts with news wait for the next commit interval to be read early.
  var hasDeferred: Bool { get }

  /// Where the accounts stand, as published.
  var census: HealthCensus { get }

  /// A tick begins: the due accounts follow.
  mutating func beginTick(_ time: EventTime)

  /// An account is due at the tick where the store stands.
  mutating func evaluate(_ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch)

  /// All due accounts of the tick were evaluated.
  mutating func endTick(_ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch)

  /// Early readings follow, perhaps of a new commit interval (`output.round`).
  mutating func beginEarly(_ store: inout WindowStore, _ output: OutputBatch)

  /// A late event at `time` was counted in windows of an account that were final already.
  mutating func correct(
    _ account: UInt32, _ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch)

  /// Whether time may come to this midnight and through the day that begins there: false while that must wait for
  /// other partitions. Asked once for each midnight, again after a refusal; all ticks of the midnight before have run.
  mutating func mayPass(
    _ midnight: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) -> Bool

  /// No more input will come, and time has come to the newest event.
  mutating func endInput()

  /// All ticks up to the watermark have run, those without anything to do included.
  mutating func endTicks(
    _ watermark: EventTime, _ store: inout WindowStore, _ output: OutputBatch)

  /// An account has events that no final tick has seen yet: an early reading is wanted.
  mutating func anticipate(_ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch)

  /// Something outside the partition may have been decided meanwhile: say what follows from it.
  mutating func settle(_ store: inout WindowStore, _ output: OutputBatch)

  /// The job stops here, perhaps for good: say everything that is known and was not said.
  mutating func drain(_ store: inout WindowStore, _ output: OutputBatch)

  /// Tells policies from one another under which state is not taken over.
  var fingerprint: UInt64 { get }

  /// Writes its state, and gives the last event-time day that all partitions have settled: what is written of several
  /// partitions fits together when that is the same. nil, and nothing is written, while something waits to be settled.
  mutating func write(to state: inout StateWriter) -> EventTime?

  /// Takes over what another one with the same settings wrote.
  mutating func read(from state: inout StateReader) throws(StateError)
}

extension TickObserver where Self: ~Copyable {
  // Without these no checkpoint is made.
  package var fingerprint: UInt64 { 0 }
  package mutating func write(to state: inout StateWriter) -> EventTime? { nil }
  package mutating func read(from state: inout StateReader) throws(StateError) {
    throw StateError("no checkpoint is made of this observer")
  }

  // No day waits for another partition.
  package var saidDay: EventTime { .distantPast }
  package mutating func setSaidDay(_ day: EventTime) {}
  package func noteCommitted(_ day: EventTime) {}

  package var hasDeferred: Bool { false }

  package var census: HealthCensus { HealthCensus() }

  package mutating func beginTick(_ time: EventTime) {}

  package mutating func beginEarly(_ store: inout WindowStore, _ output: OutputBatch) {}

  /// The account is due again at the next tick anyway.
  package mutating func correct(
    _ account: UInt32, _ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {}

  package mutating func mayPass(
    _ midnight: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) -> Bool { true }

  package mutating func endInput() {}

  package mutating func endTicks(
    _ watermark: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {}
}
