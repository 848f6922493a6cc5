/// Who may ask for what. Decides on the head of a request alone, before any of its body is read.
struct AccessRule: Sendable {
  /// What stands in the way of a request.
  enum Refusal: Equatable {
    /// No token, or another one.
    case unauthorized
    /// A name that is not ours: a page of a stranger that made its name point here (DNS rebinding).
    case foreignHost
    /// A page of another site makes the browser change something here.
    case foreignOrigin
  }

  let token: AccessToken?

  /// nil = let it through.
  func refusal(
    isOpen: Bool, changesSomething: Bool, host: String?, origin: String?, fetchSite: String?,
    authorization: String?
  ) -> Refusal? {
    // Without a token nobody but this machine can connect, and its browsers must ask for this machine.
    if token == nil, !isOpen, let host, !Self.isLocal(host) { return .foreignHost }
    if let token, !isOpen, !Self.carries(token, authorization) { return .unauthorized }
    if changesSomething, Self.isForeign(host: host, origin: origin, fetchSite: fetchSite) {
      return .foreignOrigin
    }
    return nil
  }

  private static func isLocal(_ host: String) -> Bool {
    ListenAddress.isLoopback(host)
      || ListenAddress(host).map { ListenAddress.isLoopback($0.host) } ?? (host == "[::1]")
  }

  /// Browsers say where a page comes from; what says nothing is no browser.
  private static func isForeign(host: String?, origin: String?, fetchSite: String?) -> Bool {
    if let fetchSite, fetchSite != "same-origin", fetchSite != "none" { return true }
    guard let origin else { return false }
    guard let host, let start = origin.range(of: "://") else { return true }
    return origin[start.upperBound...].lowercased() != host.lowercased()
  }

  /// `Bearer <token>`, or `Basic` with the token as the password, for browsers.
  private static func carries(_ token: AccessToken, _ authorization: String?) -> Bool {
    guard let authorization, let space = authorization.firstIndex(of: " ") else { return false }
    let value = authorization[authorization.index(after: space)...].utf8
    switch authorization[..<space].lowercased() {
    case "bearer": return token.matches(value)
    case "basic":
      guard let pair = Base64.decode(value), let colon = pair.firstIndex(of: UInt8(ascii: ":"))
      else { return false }
      return token.matches(pair[(colon + 1)...])
    default: return false
    }
  }
}

extension String {
  /// Where `other` begins and ends; nil when it is not there.
  fileprivate func range(of other: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) {
        return start..<index(start, offsetBy: other.count)
      }
      start = index(after: start)
    }
    return nil
  }
}
