extension JobConfiguration {
  /// Puts values from outside over these, later ones over earlier ones: the environment first, then flags. They are
  /// read and checked as those of a file, but paths stay relative to the working directory. Properties add to those
  /// that are there.
  package mutating func apply(_ overrides: [ConfigurationOverride]) throws(YAMLFileError) {
    try take(overrides)
    try Self.refuse(findings(), of: overrides)
  }

  /// Puts them over these, one by one, without a look at what they come to together.
  mutating func take(_ overrides: [ConfigurationOverride]) throws(YAMLFileError) {
    for override in overrides {
      let root = try override.root()
      do throws(YAMLFinding) {
        try JobConfigurationFile.read(YAMLNode(node: root, path: ""), into: &self)
        server.name(override.key, override.origin)
      } catch {
        // What stands in no file has no line.
        var finding = error.finding
        finding.line = nil
        throw YAMLFileError(file: override.origin, findings: [finding])
      }
    }
  }

  /// Throws what is wrong with all values together, if anything is.
  static func refuse(
    _ findings: [YAMLFileError.Finding], of overrides: [ConfigurationOverride]
  ) throws(YAMLFileError) {
    guard let first = findings.first else { return }
    let culprit = overrides.last { $0.key == first.key } ?? overrides.last
    throw YAMLFileError(file: culprit?.origin ?? "configuration", findings: findings)
  }
}
