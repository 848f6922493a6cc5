/// Something a policy must not say.
package struct PolicyProblem: Error, Sendable, Equatable {
  /// Where, in the words of the policy file: `measures[3].window`.
  package var path: String
  /// What is wrong, with the value found.
  package var problem: String
  /// What would be right.
  package var allowed: String

  package init(path: String, problem: String, allowed: String) {
    self.path = path
    self.problem = problem
    self.allowed = allowed
  }
}

extension PolicyProblem: CustomStringConvertible {
  package var description: String { "\(path): \(problem); allowed: \(allowed)" }
}
