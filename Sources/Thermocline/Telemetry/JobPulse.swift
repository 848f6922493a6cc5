package import ThermoclineCore

/// What only shows over time: the rate, standstill, and a clock that jumps. Told of the job once a second; reads no clock.
package struct JobPulse: Sendable, Equatable {
  /// What is looked at in each beat.
  package struct Beat: Sendable, Equatable {
    /// Monotonic nanoseconds, and the time of day.
    package var now: UInt64
    package var time: EventTime
    /// Events read so far.
    package var read: Int
    /// Changes whenever input is taken or its outputs are published.
    package var progress: Int64
    /// Records that wait.
    package var lag: Int64
    /// Partitions were taken away and none were assigned since.
    package var isLost: Bool

    package init(
      now: UInt64, time: EventTime, read: Int = 0, progress: Int64 = 0, lag: Int64 = 0,
      isLost: Bool = false
    ) {
      self.now = now
      self.time = time
      self.read = read
      self.progress = progress
      self.lag = lag
      self.isLost = isLost
    }
  }

  /// A difference between the two clocks beyond this is a jump.
  package static let jumpMin = TimeSpan.seconds(30)
  /// Beats over which the rate is taken.
  private static let beatsMax = 11

  private var beats: [Beat] = []
  /// Since when records wait and nothing of them is taken; nil while none wait or some are.
  package private(set) var stalledSince: UInt64?
  /// Since when the group has been lost.
  package private(set) var lostSince: UInt64?
  package private(set) var jumpsCount = 0
  /// The last jump of the clock, positive = forward, and when it was noticed.
  package private(set) var lastJump: (span: TimeSpan, at: UInt64)? {
    get { jump.map { ($0.span, $0.at) } }
    set { jump = newValue.map { Jump(span: $0.span, at: $0.at) } }
  }
  private struct Jump: Sendable, Equatable {
    var span: TimeSpan
    var at: UInt64
  }
  private var jump: Jump?

  package init() {}

  /// Takes the next beat.
  package mutating func take(_ beat: Beat) {
    defer {
      beats.append(beat)
      if beats.count > Self.beatsMax { beats.removeFirst() }
    }
    lostSince = beat.isLost ? lostSince ?? beat.now : nil
    guard let last = beats.last else { return }
    let isMoving = beat.progress != last.progress || beat.lag == 0
    stalledSince = isMoving ? nil : stalledSince ?? last.now
    let passed = TimeSpan(milliseconds: Int64((beat.now &- min(beat.now, last.now)) / 1_000_000))
    let difference = (beat.time - last.time) - passed
    if difference > Self.jumpMin || difference < TimeSpan.zero - Self.jumpMin {
      jumpsCount += 1
      lastJump = (difference, beat.now)
    }
  }

  /// Events read a second, over the last ten beats.
  package var eventsPerSecond: Double {
    guard let first = beats.first, let last = beats.last, last.now > first.now else { return 0 }
    return Double(last.read - first.read) / (Double(last.now - first.now) / 1e9)
  }
}
