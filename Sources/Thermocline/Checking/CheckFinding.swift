/// One thing that `check` looked at.
package struct CheckFinding: Sendable, Equatable {
  package enum Verdict: String, Sendable {
    case good = "ok"
    /// It runs, but somebody should look at it.
    case doubtful = "look"
    /// It will not run.
    case bad = "MISSING"
    /// It could not be found out here.
    case unknown = "?"
  }

  package var verdict: Verdict
  /// What was looked at and how it is; for what is not good, what to do.
  package var text: String

  package init(_ verdict: Verdict, _ text: String) {
    self.verdict = verdict
    self.text = text
  }
}

extension CheckFinding: CustomStringConvertible {
  /// One line.
  package var description: String {
    let word = verdict.rawValue
    return word + String(repeating: " ", count: max(1, 9 - word.count)) + text
  }
}
