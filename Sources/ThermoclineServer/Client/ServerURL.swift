/// Where a server of ours answers: `host:port`, or `https://host:port` where it speaks TLS.
package struct ServerURL: Sendable, Equatable, CustomStringConvertible {
  package var address: ListenAddress
  package var isSecure: Bool

  package init(_ address: ListenAddress, isSecure: Bool) {
    self.address = address
    self.isSecure = isSecure
  }

  /// nil when the text is neither of the two.
  package init?(_ text: String) {
    let scheme = "https://"
    let isSecure = text.lowercased().hasPrefix(scheme)
    var rest = isSecure ? text.dropFirst(scheme.count) : text[...]
    if isSecure, rest.hasSuffix("/") { rest = rest.dropLast() }
    guard let address = ListenAddress(String(rest)) else { return nil }
    self.init(address, isSecure: isSecure)
  }

  package var description: String { (isSecure ? "https://" : "") + address.description }
}
