package import ThermoclineCore

/// Where people look an account up: an address with `{account}` in it.
package struct AccountLink: Sendable, Equatable {
  private let before: String
  private let after: String

  /// nil when it is no `http(s)` address with one `{account}`, or holds anything that an address does not.
  package init?(_ template: String) {
    let parts = template.split(separator: "{account}", omittingEmptySubsequences: false)
    guard parts.count == 2, template.hasPrefix("https://") || template.hasPrefix("http://"),
      template.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !#"<>"\^`|"#.utf8.contains($0) })
    else { return nil }
    before = String(parts[0])
    after = String(parts[1])
  }

  /// The account's address; nil for an alert without an account, or with one whose name is too long to be one.
  package func url(_ alert: HealthAlert) -> String? {
    guard !alert.account.isEmpty, alert.account.utf8.count <= Limits.nameBytesMax else {
      return nil
    }
    return before + alert.account.percentEncoded + after
  }
}
