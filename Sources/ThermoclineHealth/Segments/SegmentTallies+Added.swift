package import ThermoclineCore

/// What tallies have beyond those of before checkpoint format 4. It stands after all of them: a reader that does not know it
/// leaves it out, and so a job of that version goes on beside one of this (`DayMessage`).
extension SegmentTallies {
  package func writeAdded(to state: inout StateWriter) {
    for (_, tally) in inOrder { tally.writeAdded(to: &state) }
  }

  /// Call right after the tallies themselves were read.
  package mutating func readAdded(from state: inout StateReader) throws(StateError) {
    for (segment, tally) in inOrder {
      var tally = tally
      try tally.readAdded(from: &state)
      replace(segment, by: tally)
    }
  }
}
