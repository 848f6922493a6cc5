import ThermoclineCodec
import ThermoclineCore

/// The output topics, by what they carry.
package enum OutputStream: Int, Sendable, CaseIterable {
  case scores, changes, alerts, rollups, usage, deadLetters, windows, checkpoints, segments
}

/// Why and where a message was refused: the headers of a dead letter.
package struct DeadLetterOrigin: Sendable, Equatable {
  package var reason: RefusalReason
  package var detail: String
  package var topic: String
  package var partition: Int32
  package var position: Int64
  /// What came with the message.
  package var headers = OriginalHeaders()
}

/// One message to publish; the bytes stand in the batch.
package struct OutputRecord: Sendable {
  package var stream: OutputStream
  package var key: Range<Int>
  package var value: Range<Int>
  /// Tick the record belongs to; the order of records of one account.
  package var at: EventTime
  package var origin: DeadLetterOrigin?
}

/// How far an input partition has been read into outputs.
package struct PartitionProgress: Sendable {
  package var partition: Int
  /// The position after the last message whose outputs stand in this batch or an earlier one.
  package var nextPosition: Int64
  package var watermark: EventTime
  /// How far its outputs in this batch and earlier ones go by event time: further than the position, at times.
  package var said: SaidTimes
  /// Where time stands because the clock went on after that message; nil where events alone brought it there.
  package var clock: EventTime?
  /// Accounts known, and bytes held for them.
  package var accounts: Int
  package var bytes: Int
  /// Accounts have events that no score which was said shows yet, not even an early one.
  package var hasUnread: Bool
  /// Where the accounts stand.
  package var census: HealthCensus

  /// Whether a restart has to know of it: time may have come on in the middle of the first batch.
  package var isWorthCommitting: Bool { nextPosition > 0 || said != SaidTimes() }

  package init(
    partition: Int, nextPosition: Int64, watermark: EventTime, accounts: Int = 0, bytes: Int = 0,
    hasUnread: Bool = false, census: HealthCensus = HealthCensus(), clock: EventTime? = nil,
    said: SaidTimes = SaidTimes()
  ) {
    self.partition = partition
    self.nextPosition = nextPosition
    self.watermark = watermark
    self.accounts = accounts
    self.bytes = bytes
    self.hasUnread = hasUnread
    self.census = census
    self.clock = clock
    self.said = said
  }
}

/// What a shard has to say since it last said something: records, and how far the input was read for them. A sink
/// publishes the records of a batch before it commits its progress.
///
/// SAFETY of `@unchecked Sendable`: filled by a shard, handed over through a ring; who has taken it out may give it
/// back to be filled again.
package final class OutputBatch: @unchecked Sendable {
  package var bytes: [UInt8] = []
  package var records: [OutputRecord] = []
  package var progress: [PartitionProgress] = []
  package var counts = EventCounts()
  /// What is said here was published by an earlier run: nobody will read it. Only what instances tell each other is kept.
  package let isSilent: Bool
  /// More of the same input follows in the next batch of this shard: nothing may be committed between them.
  package private(set) var isContinued = false
  /// What is handed over in pieces may be committed in pieces.
  var isDivisible = false
  /// Records ever added, those handed over in pieces included.
  package private(set) var saidCount = 0
  /// Hands over what was said so far, by `move`, when it has become large; nil = there is no limit.
  var handOverPiece: (() -> Void)?

  /// When the oldest event came (by the feeder's clock) that no earlier batch shows, once all is shown; 0 = none.
  package var oldestArrival: UInt64 = 0

  /// Number of the commit interval it is filled in, from 1: an account gets one early reading in each. 0 = no
  /// matter.
  package var round: UInt32 = 0

  private var writer = JSONWriter()

  package init(isSilent: Bool = false) { self.isSilent = isSilent }

  /// Before a record: what stands here goes ahead as a piece of its own, so that a midnight of a million accounts is
  /// never in memory at once.
  private func makeRoom() {
    saidCount += 1
    guard let handOverPiece, bytes.count >= Limits.outputPieceBytes else { return }
    handOverPiece()
  }

  /// Moves what was said to another, empty batch, whose memory it takes in exchange.
  func move(to piece: OutputBatch) {
    swap(&piece.bytes, &bytes)
    swap(&piece.records, &records)
    swap(&piece.counts, &counts)
    piece.isContinued = !isDivisible
  }

  /// Gives the records to another batch and takes that one's in exchange; what is said of the input stays.
  package func exchangeRecords(with other: OutputBatch) {
    swap(&other.bytes, &bytes)
    swap(&other.records, &records)
  }

  /// Makes the batch empty and keeps its memory.
  package func clear() {
    bytes.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    progress.removeAll(keepingCapacity: true)
    counts = EventCounts()
    isContinued = false
    saidCount = 0
    oldestArrival = 0
    round = 0
  }

  /// Adds a record whose value `write` writes.
  package func add(
    _ stream: OutputStream, key: String, at: EventTime, _ write: (inout JSONWriter) -> Void
  ) {
    if isSilent { return }
    makeRoom()
    let start = bytes.count
    bytes.append(contentsOf: key.utf8)
    let middle = bytes.count
    writer.clear()
    write(&writer)
    bytes.append(contentsOf: writer.bytes)
    records.append(
      OutputRecord(stream: stream, key: start..<middle, value: middle..<bytes.count, at: at))
  }

  /// Adds a record whose value was written before.
  package func add(_ stream: OutputStream, key: String, at: EventTime, bytes value: [UInt8]) {
    if isSilent, stream != .segments { return }
    makeRoom()
    let start = bytes.count
    bytes.append(contentsOf: key.utf8)
    let middle = bytes.count
    bytes.append(contentsOf: value)
    records.append(
      OutputRecord(stream: stream, key: start..<middle, value: middle..<bytes.count, at: at))
  }

  /// Adds a record whose key and value were written before.
  package func add(
    _ stream: OutputStream, key: borrowing TextBuffer, at: EventTime, value: borrowing TextBuffer
  ) {
    if isSilent { return }
    makeRoom()
    let start = bytes.count
    unsafe key.withBytes { unsafe bytes.append(contentsOf: $0) }
    let middle = bytes.count
    unsafe value.withBytes { unsafe bytes.append(contentsOf: $0) }
    records.append(
      OutputRecord(stream: stream, key: start..<middle, value: middle..<bytes.count, at: at))
  }

  /// Publishes the last record on another stream too; its bytes stand here once.
  package func repeatLast(on stream: OutputStream) {
    guard var record = records.last else { return }
    saidCount += 1
    record.stream = stream
    records.append(record)
  }

  /// Adds a record without a value: what the key stands for is gone.
  package func addTombstone(_ stream: OutputStream, key: String, at: EventTime) {
    add(stream, key: key, at: at) { _ in }
  }

  /// Takes over the records of one stream of another batch.
  package func take(_ stream: OutputStream, of other: OutputBatch) {
    for record in other.records where record.stream == stream && !isSilent {
      makeRoom()
      let start = bytes.count
      bytes.append(contentsOf: other.bytes[record.key])
      let middle = bytes.count
      bytes.append(contentsOf: other.bytes[record.value])
      var copy = record
      copy.key = start..<middle
      copy.value = middle..<bytes.count
      records.append(copy)
    }
  }

  /// Adds refused input, key and value as they came.
  package func addDeadLetter(
    _ refusal: Refusal, of batch: EventBatch, at: EventTime
  ) {
    if isSilent { return }
    makeRoom()
    let start = bytes.count
    unsafe bytes.append(contentsOf: batch.text(refusal.key))
    let middle = bytes.count
    unsafe bytes.append(contentsOf: batch.text(refusal.message))
    records.append(
      OutputRecord(
        stream: .deadLetters, key: start..<middle, value: middle..<bytes.count, at: at,
        origin: DeadLetterOrigin(
          reason: refusal.reason, detail: refusal.detail, topic: batch.topic,
          partition: batch.partition, position: refusal.position,
          headers: batch.headers(at: refusal.position))))
  }
}

/// What became of the events. `read` = `applied` + `late` + `refused` + `duplicates` + `aliases` + `held`, always.
package struct EventCounts: Sendable, Equatable {
  /// Events (and messages refused before an event could be read).
  package var read = 0
  package var applied = 0
  /// Of the applied: those that corrected final windows.
  package var corrections = 0
  package var late = 0
  package var refused = 0
  package var refusedBy: [RefusalReason: Int] = [:]
  /// Of the applied: how often a user or feature was one too many to be told apart, once for each window slide.
  package var uncounted = 0
  /// Taken before, by account and id.
  package var duplicates = 0
  /// Said only that two users are the same person.
  package var aliases = 0
  /// Wait for their user's account; goes down again when they are released.
  package var held = 0
  /// Events that named no account: those whose user's was known or became known, and those that found none when they
  /// came.
  package var resolved = 0
  package var unresolved = 0
  /// Event ids forgotten before the de-duplication's span was over, because there were too many.
  package var forgottenIDs = 0
  package var scores = 0
  package var alerts = 0
  /// Of the alerts' state changes: those that said `firing`, `recovering` and `resolved`.
  package var alertsFiring = 0
  package var alertsRecovering = 0
  package var alertsResolved = 0

  package init() {}

  /// One more state change of an alert was said.
  mutating func note(_ state: AlertState) {
    alerts += 1
    switch state {
    case .pending: break
    case .firing: alertsFiring += 1
    case .recovering: alertsRecovering += 1
    case .resolved: alertsResolved += 1
    }
  }

  package mutating func add(_ other: EventCounts) {
    read += other.read
    applied += other.applied
    corrections += other.corrections
    late += other.late
    refused += other.refused
    uncounted += other.uncounted
    refusedBy.merge(other.refusedBy, uniquingKeysWith: +)
    duplicates += other.duplicates
    aliases += other.aliases
    held += other.held
    resolved += other.resolved
    unresolved += other.unresolved
    forgottenIDs += other.forgottenIDs
    scores += other.scores
    alerts += other.alerts
    alertsFiring += other.alertsFiring
    alertsRecovering += other.alertsRecovering
    alertsResolved += other.alertsResolved
  }
}
