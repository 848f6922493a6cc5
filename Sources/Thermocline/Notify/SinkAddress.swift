internal import ThermoclineServer

/// Where a sink's requests go: an `http` or `https` address. It may be a secret, so that texts show its host only.
package struct SinkAddress: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// In the clear, for the request.
  let text: String
  let isEncrypted: Bool
  private let authority: String

  /// nil when it is none, names a user or a fragment, or holds anything that an address does not.
  package init?(_ text: String) {
    isEncrypted = text.hasPrefix("https://")
    guard isEncrypted || text.hasPrefix("http://"), text.utf8.count <= Self.bytesMax,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !#"<>"\^`{|}#"#.utf8.contains($0) })
    else { return nil }
    let rest = text.drop { $0 != "/" }.dropFirst(2)
    authority = String(rest.prefix { $0 != "/" && $0 != "?" })
    guard !authority.contains("@"), Self.endpoint(authority) != nil else { return nil }
    self.text = text
  }

  private static let bytesMax = 2_048

  /// Host and port, 80 and 443 where none is written.
  private static func endpoint(_ authority: String) -> ListenAddress? {
    ListenAddress(authority) ?? ListenAddress(authority + ":443")
  }

  /// What follows host and port.
  var pathAndQuery: String {
    String(text.dropFirst(isEncrypted ? 8 : 7).dropFirst(authority.count))
  }

  /// What is sent there stays on this machine.
  var isLoopback: Bool { Self.endpoint(authority)?.isLoopback == true }

  /// With a path added.
  func appending(_ path: String) -> String {
    path.isEmpty ? text : (text.hasSuffix("/") ? String(text.dropLast()) : text) + path
  }

  /// `https://hooks.example/…`.
  package var description: String { "\(isEncrypted ? "https" : "http")://\(authority)/…" }
  package var customMirror: Mirror { Mirror(self, children: ["shown": description]) }
}
