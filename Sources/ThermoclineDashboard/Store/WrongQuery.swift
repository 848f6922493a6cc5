/// A value in a request's query is not what it may be.
struct WrongQuery: Error, Equatable {
  /// What it may be.
  var text: String

  /// A whole number within a range.
  static func number(
    _ name: String, _ value: String, _ range: ClosedRange<Int>
  ) throws(WrongQuery) -> Int {
    guard let number = Int(value), range.contains(number) else {
      throw WrongQuery(
        text: "\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
