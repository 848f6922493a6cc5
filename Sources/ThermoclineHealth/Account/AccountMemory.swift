/// What the rules about an account as a whole remember of it.
package struct AccountMemory: Sendable, BitwiseCopyable {
  /// Bit k: there was an event on the day that ended k days before `day`.
  var active: UInt64 = 0
  /// Midnights noted so far, up to 255.
  var days: UInt8 = 0
  var band = SettledPlace()
  var quadrant = SettledPlace()
  /// The score at the last `PolicyLimits.declineWeeksMax` ends of weeks, newest first; `noPoints` without one.
  var marks = InlineArray<8, Int32>(repeating: noPoints)
  /// The last midnight noted, in days since 1970-01-01.
  var day = Int32.min

  /// Takes a midnight on; false when it was noted before.
  mutating func advance(to today: Int32, isActive: Bool, points: Int32) -> Bool {
    guard today > day else { return false }
    let passed = day == .min ? 1 : today - day
    active = passed < 64 ? active << UInt64(passed) : 0
    if isActive { active |= 1 }
    days = UInt8(clamping: Int(days) + Int(passed))
    // Weeks end with the Sunday: 1970-01-05 was a Monday.
    for _ in Self.week(day == .min ? today - 1 : day)..<Self.week(today) {
      for i in stride(from: marks.count - 1, to: 0, by: -1) { marks[i] = marks[i - 1] }
      marks[0] = points
    }
    day = today
    return true
  }

  private static func week(_ day: Int32) -> Int { Int((day - 4).quotientFloor(7)) }

  /// What scores left behind is of another policy.
  mutating func forgetScores() {
    band = SettledPlace()
    quadrant = SettledPlace()
    marks = InlineArray(repeating: noPoints)
  }
}

extension Int32 {
  fileprivate func quotientFloor(_ divisor: Int32) -> Int32 {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }
}

/// The place (a band, a quadrant) an account is used to, and the one where it is now.
struct SettledPlace: Sendable, Equatable, BitwiseCopyable {
  /// `noPlace` before any was held for long enough.
  var usual = noPlace
  var now = noPlace
  /// Days in a row at `now`, up to 255.
  var days: UInt8 = 0

  /// Takes a midnight on; a day without a place says nothing.
  mutating func step(_ place: UInt8, settled: Int) {
    guard place != noPlace else { return }
    days = place == now ? UInt8(clamping: Int(days) + 1) : 1
    now = place
    if Int(days) >= settled { usual = now }
  }
}
