internal import ThermoclineWindows

extension Measure {
  /// Points of the first event of its types or features, or that names a user, where they are fewer than 100: a good thing that is seen for the
  /// first time makes the measure present, and lowers a score above them. nil where it cannot.
  ///
  /// Against the account's own past there is nothing to expect then, so that such a measure stays absent. Means, last
  /// values, shares and ratios say what events are like and not how many there are: a first one may be a bad one.
  package var firstUsePoints: Double? {
    guard direction == .higherIsBetter, weight > 0, dimension != nil, missing == .absent,
      filter != .any || kind == .distinctUsers
    else { return nil }
    let points: Double
    switch (kind, normalisation) {
    case (.count, .target(let curve)), (.activeDays, .target(let curve)),
      (.distinctUsers, .target(let curve)), (.distinctFeatures, .target(let curve)):
      // One that counts less from day to day comes to next to nothing.
      points = curve(halfLife == nil ? 1 : 0)
    case (.sum, .target(let curve)): points = curve(0)
    case (.count, .peers(let curve, _)), (.sum, .peers(let curve, _)),
      (.activeDays, .peers(let curve, _)), (.distinctUsers, .peers(let curve, _)),
      (.distinctFeatures, .peers(let curve, _)):
      points = curve(0)
    default: return nil
    }
    return points < 100 ? points : nil
  }
}
