/// When somebody, or something, counts as gone while the account goes on.
struct AbsenceRule {
  var activeDaysMin: Int
  var runLength: Double
  var goesOnMin: Double
}

extension KeyContactRule {
  var absence: AbsenceRule {
    AbsenceRule(activeDaysMin: activeDaysMin, runLength: runLength, goesOnMin: goesOnMin)
  }
}

extension FeatureRule {
  var absence: AbsenceRule {
    AbsenceRule(activeDaysMin: activeDaysMin, runLength: runLength, goesOnMin: goesOnMin)
  }
}
