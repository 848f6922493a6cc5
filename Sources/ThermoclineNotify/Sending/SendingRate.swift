/// How many requests may be sent: so many a minute, and so many at once after a rest. Reads no clock.
package struct SendingRate: Sendable {
  private let nanosecondsEach: UInt64
  private let burst: Int
  /// Requests that may be sent, and since when that is so.
  private var tokens: Int
  private var since: UInt64?

  /// Both are at least 1.
  package init(perMinute: Int, burst: Int) {
    precondition(perMinute >= 1 && burst >= 1, "a rate lets something through")
    nanosecondsEach = max(1, 60_000_000_000 / UInt64(perMinute))
    self.burst = burst
    tokens = burst
  }

  /// Requests that may be sent now.
  package mutating func available(_ now: UInt64) -> Int {
    guard let since else {
      self.since = now
      return tokens
    }
    let more = Int(clamping: (now &- min(since, now)) / nanosecondsEach)
    guard more > 0 else { return tokens }
    tokens = more >= burst - tokens ? burst : tokens + more
    self.since = tokens == burst ? now : since + UInt64(more) * nanosecondsEach
    return tokens
  }

  /// Takes one; false when there is none.
  package mutating func take(_ now: UInt64) -> Bool {
    guard available(now) > 0 else { return false }
    // A full bucket begins to count now.
    if tokens == burst { since = now }
    tokens -= 1
    return true
  }

  /// When there will be one.
  package func next(_ now: UInt64) -> UInt64 {
    tokens > 0 ? now : (since ?? now) + nanosecondsEach
  }
}
