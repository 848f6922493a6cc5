/// How the accounts of a partition did on a day against their own past, by segment and drop rule: plain lists.
package struct SegmentRatios: Sendable {
  package private(set) var segments: [String] = []
  /// One for each segment and rule.
  package private(set) var lists: [[Double]] = []
  package let rulesCount: Int
  private var places: [String: Int] = [:]

  package init(rules: Int) { rulesCount = rules }

  /// Place of a segment, to add ratios to.
  package mutating func place(_ segment: String) -> Int {
    if let place = places[segment] { return place }
    places[segment] = segments.count
    segments.append(segment)
    lists.append(contentsOf: repeatElement([], count: rulesCount))
    return segments.count - 1
  }

  /// Adds an account's ratio.
  package mutating func add(_ ratio: Double, segment place: Int, rule: Int) {
    lists[place * rulesCount + rule].append(ratio)
  }
}
