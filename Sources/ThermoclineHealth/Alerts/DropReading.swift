/// The last week of an account under a drop rule.
package struct DropReading: Sendable, Equatable {
  /// Events of the last 7 days.
  package var value: Double
  /// Events the account's own weeks let expect; > 0.
  package var expected: Double
  /// value ÷ expected.
  package var ratio: Double { value / expected }
}
