/// Why a YAML file was refused: everything found wrong with it, in the order of the file.
package struct YAMLFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One thing wrong.
  package struct Finding: Sendable, Equatable {
    /// From 1; nil where the file as a whole is meant.
    package var line: Int?
    /// `measures[3].window`; empty for the file as a whole.
    package var key: String
    /// What is wrong, with what was found.
    package var problem: String
    /// What would be right.
    package var allowed: String
  }

  package var file: String
  /// Not empty.
  package var findings: [Finding]

  /// One line for each finding: `policy.yaml:12: measures[3].window: …; allowed: …`.
  package var description: String {
    findings.map { finding in
      var text = file
      if let line = finding.line { text += ":\(line)" }
      if !finding.key.isEmpty { text += ": \(finding.key)" }
      text += ": \(finding.problem)"
      return finding.allowed.isEmpty ? text : text + "; allowed: \(finding.allowed)"
    }.joined(separator: "\n")
  }
}
