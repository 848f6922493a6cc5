package import ThermoclineCore

/// What tallies have beyond those of before checkpoint format 4.
extension UsageTally {
  package func writeAdded(to state: inout StateWriter) {
    state.write(UInt64(through.count))
    for users in through { state.write(users) }
    state.write(UInt64(cohorts.count))
    for (week, cohort) in cohorts.sorted(by: { $0.key < $1.key }) {
      state.write(Int64(week))
      for number in [cohort.users] + cohort.decided + cohort.retained { state.write(number) }
    }
  }

  package mutating func readAdded(from state: inout StateReader) throws(StateError) {
    through = []
    for _ in 0..<(try state.count()) { through.append(try state.int()) }
    cohorts = [:]
    for _ in 0..<(try state.count()) {
      let week = Int32(truncatingIfNeeded: try state.number())
      var cohort = Cohort()
      cohort.users = try state.int()
      for i in cohort.decided.indices { cohort.decided[i] = try state.int() }
      for i in cohort.retained.indices { cohort.retained[i] = try state.int() }
      cohorts[week] = cohort
    }
  }
}
