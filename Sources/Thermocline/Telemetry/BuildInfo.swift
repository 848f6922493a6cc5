/// What this program calls itself.
package enum BuildInfo {
  /// Semantic version.
  package static let version = "0.1.0"
}
