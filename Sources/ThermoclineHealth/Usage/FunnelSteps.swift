internal import ThermoclineCore

/// The steps of a funnel with their shares, of an account or of a segment.
enum FunnelSteps {
  /// - Parameters:
  ///   - users: of each step, whoever they are.
  ///   - through: users of each step and of all before it; nil = not known.
  static func steps(_ types: [String], users: [Int], through: [Int]?) -> [AccountUsage.Step] {
    zip(types, users).enumerated().map { place, step in
      AccountUsage.Step(
        type: step.0, users: step.1, conversion: share(users, place),
        converted: through?[place], convertedShare: through.flatMap { share($0, place) })
    }
  }

  /// A step's count ÷ that of the step before.
  private static func share(_ counts: [Int], _ place: Int) -> Double? {
    guard place > 0, counts[place - 1] > 0 else { return nil }
    return Double(counts[place]) / Double(counts[place - 1])
  }
}
