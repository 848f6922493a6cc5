package import ThermoclineCore

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

  mutating func replace(_ segment: Segment, by tally: SegmentTally) { tallies[segment] = tally }

  /// In the order in which they are written.
  var inOrder: [(key: Segment, value: SegmentTally)] {
    tallies.map { (name: $0.key.name, entry: $0) }.sorted { $0.name < $1.name }.map(\.entry)
  }

  /// Adds another part. Its peers are of the same measures, but in the moment a policy is replaced.
  package mutating func merge(_ other: SegmentTallies) {
    for (segment, tally) in other.tallies { add(tally, segment) }
  }
}

extension SegmentTallies {
  package func write(to state: inout StateWriter) {
    state.write(UInt64(peerMeasures.count))
    for name in peerMeasures { state.write(name) }
    state.write(UInt64(tallies.count))
    for (segment, tally) in inOrder {
      segment.write(to: &state)
      tally.write(to: &state)
    }
  }

  package init(from state: inout StateReader) throws(StateError) {
    var names: [String] = []
    for _ in 0..<(try state.count()) { names.append(try state.string()) }
    self.init(peerMeasures: names)
    for _ in 0..<(try state.count()) {
      let segment = try Segment(from: &state)
      let tally = try SegmentTally(from: &state)
      guard tally.peers.count == names.count else {
        throw StateError("a segment has \(tally.peers.count) of \(names.count) peers")
      }
      tallies[segment] = tally
    }
  }
}
