/// When accounts are looked at and how far ahead. All in whole days.
package struct BacktestPlan: Sendable, Equatable {
  /// What cut-offs are counted from.
  package enum Origin: String, Sendable, CaseIterable {
    /// The start of the account's contract, or its first event.
    case account
    /// The first event of the archive.
    case stream
  }

  package var origin: Origin
  package var first: Int
  package var step: Int
  package var last: Int
  /// Ascending, the first being the one most figures are for.
  package var horizons: [Int]

  /// `step` > 0, `first` ≤ `last`, at least one horizon; traps otherwise.
  package init(
    origin: Origin = .account, first: Int = 28, step: Int = 14, last: Int = 210,
    horizons: [Int] = [14, 30, 60, 90]
  ) {
    precondition(step > 0 && first <= last && !horizons.isEmpty)
    self.origin = origin
    self.first = first
    self.step = step
    self.last = last
    self.horizons = horizons
  }

  /// The cut-offs of an account.
  package func cutOffs(from origin: Int) -> StrideThrough<Int> {
    stride(from: origin + first, through: origin + last, by: step)
  }
}
