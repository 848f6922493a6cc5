import ThermoclineCore

/// When a checkpoint of which partition is due: a set of all partitions each interval, one partition after the other, so
/// that no transaction holds more than one. A slot is written again only after the set in the other one is complete.
package struct CheckpointSchedule: Sendable {
  /// What to ask a partition for.
  package struct Turn: Equatable, Sendable {
    package var partition: Int
    package var slot: CheckpointKey.Slot
    package var sequence: Int64
    /// The set that was begun before this one was not completed.
    package var isRepeated = false
  }

  private let interval: UInt64
  private var partitions: [Int] = []
  /// Slot of each partition's last checkpoint in a complete set.
  private var whole: [Int: CheckpointKey.Slot] = [:]
  /// Partitions of the set under way that have no checkpoint in it yet, and the day of the others.
  private var left: [Int] = []
  private var day: EventTime?
  private var sequence: Int64 = 0
  private var isAsked = false
  /// A set was begun that was not completed; and another one was before the set under way.
  private var isUnfinished = false
  private var isRepeated = false
  private var due: UInt64
  /// Time that the set under way has taken so far.
  private var spent: UInt64 = 0
  /// Bytes of the set under way.
  private var bytes: Int64 = 0
  private var wholeBytes: Int64 = 0
  /// How often a partition was not ready, or stood on another day than the others of its set.
  package private(set) var unsettledCount = 0
  /// Sets that were completed.
  package private(set) var setsCount = 0
  /// The newest of them; nil before the first.
  package private(set) var lastSet: CheckpointSet?

  /// A set takes at most this share of the time, whatever the interval.
  private static let spentShare: UInt64 = 10
  /// After a partition was not ready.
  private static let patienceNanoseconds: UInt64 = 100_000_000

  /// - Parameters:
  ///   - interval: between two sets, nanoseconds.
  ///   - now: of any clock that does not go back.
  package init(interval: UInt64, now: UInt64) {
    self.interval = interval
    due = now + interval
  }

  /// The partitions are these now. `restored`: the slots that new ones were restored from.
  package mutating func set(
    _ partitions: [Int], restored: [Int: CheckpointKey.Slot] = [:]
  ) {
    self.partitions = partitions
    whole.merge(restored) { $1 }
    whole = whole.filter { partitions.contains($0.key) }
    left = []
    isAsked = false
  }

  /// A set begins now; one that is under way is given up.
  package mutating func hasten(now: UInt64) {
    left = []
    isAsked = false
    due = now
  }

  /// Partitions that have their checkpoint of the set under way.
  package var madeCount: Int { left.isEmpty ? 0 : partitions.count - left.count }

  /// The partition to ask now, `wallClock` in milliseconds; nil while none is due or one has not answered.
  package mutating func next(now: UInt64, wallClock: Int64) -> Turn? {
    guard !isAsked, now >= due, !partitions.isEmpty else { return nil }
    if left.isEmpty {
      left = partitions
      day = nil
      (bytes, wholeBytes) = (0, 0)
      isRepeated = isUnfinished
      isUnfinished = true
      sequence = max(sequence + 1, wallClock)
    }
    isAsked = true
    return Turn(
      partition: left[0], slot: (whole[left[0]] ?? .b).other, sequence: sequence,
      isRepeated: isRepeated)
  }

  /// The partition that was asked has answered, which took so long.
  package mutating func note(
    _ turn: Turn, _ outcome: CheckpointOutcome, took nanoseconds: UInt64, now: UInt64
  ) {
    guard isAsked, left.first == turn.partition, turn.sequence == sequence else { return }
    isAsked = false
    spent += nanoseconds
    guard case .made(let day, let bytes, let wholeBytes) = outcome else {
      unsettledCount += 1
      due = now + Self.patienceNanoseconds
      return
    }
    guard self.day == nil || self.day == day else {
      // Another day has begun: the set begins anew, in the same slot.
      unsettledCount += 1
      left = []
      due = now + Self.patienceNanoseconds
      return
    }
    self.day = day
    self.bytes += bytes
    self.wholeBytes += wholeBytes
    left.removeFirst()
    guard left.isEmpty else { return }
    for partition in partitions { whole[partition] = (whole[partition] ?? .b).other }
    isUnfinished = false
    setsCount += 1
    lastSet = CheckpointSet(
      sequence: sequence, bytes: self.bytes, wholeBytes: self.wholeBytes)
    due = now + max(interval, spent * Self.spentShare)
    spent = 0
  }
}

/// A set of checkpoints that is complete: one of each partition, all of the same day.
package struct CheckpointSet: Equatable, Sendable {
  /// When it began, in milliseconds of the wall clock, unless that went back.
  package var sequence: Int64
  /// Of the chunks that it added.
  package var bytes: Int64
  /// Of all chunks that hold the state.
  package var wholeBytes: Int64

  package init(sequence: Int64, bytes: Int64, wholeBytes: Int64) {
    self.sequence = sequence
    self.bytes = bytes
    self.wholeBytes = wholeBytes
  }
}
