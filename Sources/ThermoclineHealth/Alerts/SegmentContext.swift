/// What is known of the others at a tick, for an account to be judged in that light.
package struct SegmentContext: Sendable, Equatable {
  /// One for each drop rule; fewer = nothing is known of the others.
  package var rules: [RuleContext]
  /// Bit k: on the day that ended k days before the tick, events of all kinds were lost on their way.
  package var outageDays: UInt64

  package init(rules: [RuleContext] = [], outageDays: UInt64 = 0) {
    self.rules = rules
    self.outageDays = outageDays
  }

  /// Events of all kinds were lost on the day that ends now.
  package var isOutage: Bool { outageDays & 1 != 0 }

  /// Days among the last `days` of which an account's silence says nothing.
  func lostDays(ofLast days: Int) -> Int {
    days >= 64 ? outageDays.nonzeroBitCount : (outageDays & ((1 << days) - 1)).nonzeroBitCount
  }
}
