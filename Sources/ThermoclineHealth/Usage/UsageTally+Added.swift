package import ThermoclineCore

/// What tallies have beyond those of before checkpoint format 4.
extension UsageTally {
  package func writeAdded(to state: inout StateWriter) {
    state.write(UInt64(through.count))
    for users in through { state.write(users) }
    state.write(UInt64(cohorts.count))
    for (week, cohort) in cohorts.sorted(by: { $0.key < $1.key }) {
      state.write(Int64(week))
      state.write(cohort.users)
      for i in cohort.decided.indices { state.write(cohort.decided[i]) }
      for i in cohort.retained.indices { state.write(cohort.retained[i]) }
    }
  }

  package mutating func readAdded(from state: inout StateReader) throws(StateError) {
    through = []
    for _ in 0..<(try state.count()) { through.append(try state.tallied()) }
    cohorts = [:]
    for _ in 0..<(try state.count()) {
      let number = try state.number()
      guard let week = Int32(exactly: number), cohorts[week] == nil else {
        throw StateError("week \(number) is none, or stands twice")
      }
      var cohort = Cohort()
      cohort.users = try state.tallied()
      for i in cohort.decided.indices { cohort.decided[i] = try state.tallied() }
      for i in cohort.retained.indices { cohort.retained[i] = try state.tallied() }
      cohorts[week] = cohort
    }
  }
}
