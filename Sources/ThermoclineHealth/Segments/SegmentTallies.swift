/// What the accounts of a partition, or of all, came to at a midnight, by full segment and by parent.
package struct SegmentTallies: Sendable, Equatable {
  package private(set) var tallies: [Segment: SegmentTally] = [:]
  /// Names of the measures that the tallies' peers are of.
  package let peerMeasures: [String]

  package init(peerMeasures: [String]) { self.peerMeasures = peerMeasures }

  /// Adds a segment's part.
  package mutating func add(_ tally: SegmentTally, _ segment: Segment) {
    if tallies[segment] == nil {
      tallies[segment] = tally
    } else {
      tallies[segment]!.merge(tally)
    }
  }

  /// Adds another part. Its peers are of the same measures, but in the moment a policy is replaced.
  package mutating func merge(_ other: SegmentTallies) {
    for (segment, tally) in other.tallies { add(tally, segment) }
  }
}
