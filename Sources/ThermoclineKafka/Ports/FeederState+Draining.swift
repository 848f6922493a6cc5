internal import ThermoclineEngine

extension FeederState {
  /// Of the last checkpoints of a job that ends.
  struct Draining {
    /// Sets there are once they are complete.
    var setsCount: Int
    var since: UInt64
    var unsettledCount: Int
    /// A partition waits for others to come further: until then all are read.
    var readsUntil: UInt64 = 0
    /// Nothing is read.
    var isResting = false
  }

  /// Nothing is to be taken from the brokers for now.
  var isResting: Bool { draining?.isResting ?? false }

  /// Takes a last checkpoint of each partition while nothing is read. True when that is done, or cannot be.
  ///
  /// Where a partition waits for others, all are read for a moment, and the set begins anew: it is to show everything that
  /// was read.
  mutating func drain() -> Bool {
    guard let schedule, !isEmpty else { return true }
    guard var state = draining else {
      draining = Draining(
        setsCount: schedule.setsCount + 1, since: now, unsettledCount: schedule.unsettledCount)
      return false
    }
    defer { draining = state }
    if schedule.setsCount >= state.setsCount {
      ports.report(.drained(isWhole: true))
      return true
    }
    if now &- state.since > Self.drainNanoseconds {
      ports.report(.drained(isWhole: false))
      return true
    }
    if schedule.unsettledCount > state.unsettledCount {
      state.unsettledCount = schedule.unsettledCount
      state.readsUntil = now + Self.drainReadsNanoseconds
      state.isResting = false
    }
    if !state.isResting, !isHolding, now >= state.readsUntil {
      state.isResting = true
      self.schedule?.hasten(now: now)
    }
    return false
  }

  /// Longest time for the last checkpoints. After it the job ends without them.
  private static let drainNanoseconds: UInt64 = 120_000_000_000
  /// How long partitions are read so that one that waits for others can go on.
  private static let drainReadsNanoseconds: UInt64 = 500_000_000
}
