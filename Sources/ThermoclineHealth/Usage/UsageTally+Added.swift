package import ThermoclineCore

/// What tallies have beyond those of before checkpoint format 4.
extension UsageTally {
  package func writeAdded(to state: inout StateWriter) {
    state.write(UInt64(through.count))
    for users in through { state.write(users) }
  }

  package mutating func readAdded(from state: inout StateReader) throws(StateError) {
    through = []
    for _ in 0..<(try state.count()) { through.append(try state.int()) }
  }
}
