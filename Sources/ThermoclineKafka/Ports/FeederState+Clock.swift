internal import ThermoclineCore
internal import ThermoclineEngine

/// Partitions that stand still.
extension FeederState {
  /// A partition that stands still follows the clock, at the clock's own pace from where its events ended, and no
  /// other one waits for its days any more: it may be far behind, and for ever.
  ///
  /// Silence is counted only while we listen. When the pipeline is full what is said lies unread, and time that went on
  /// without it would make it late.
  mutating func followClock(now: UInt64, after idle: UInt64) {
    let elapsed = lastFollow == 0 ? 0 : now &- lastFollow
    lastFollow = now
    let isSomebodyHeldUp = partitions.contains { $0.parked != nil }
    for place in partitions.indices {
      if isPaused || isHolding || partitions[place].parked != nil {
        partitions[place].lastArrival = min(now, partitions[place].lastArrival &+ elapsed)
      }
      let silent = now &- partitions[place].lastArrival
      if !partitions[place].hasData, !partitions[place].isIdle, silent > Self.emptyAfterNanoseconds
      {
        partitions[place].isIdle = true
        ports.idle(partitions[place].number)
      }
      // Said again, for a late event makes it one that is waited for.
      if idle == 0, isSomebodyHeldUp, silent > Self.patienceNanoseconds {
        ports.idle(partitions[place].number)
      }
      guard idle > 0, partitions[place].hasData, silent > idle,
        now &- partitions[place].lastAdvance > 1_000_000_000
      else { continue }
      partitions[place].lastAdvance = now
      let number = partitions[place].number
      ports.idle(number)
      let span = TimeSpan(milliseconds: Int64(silent / 1_000_000))
      pipeline.shard(of: number).perform { $0.passTime(span, partition: number) }
    }
  }

  /// A partition without any event is not waited for after this time.
  private static let emptyAfterNanoseconds: UInt64 = 3_000_000_000
  /// A partition that follows no clock is not waited for after this time without an event, when others are held up.
  private static let patienceNanoseconds: UInt64 = 60_000_000_000
}
