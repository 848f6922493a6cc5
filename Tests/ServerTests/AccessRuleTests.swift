import Testing

@testable import ThermoclineServer

@Suite struct AccessRuleTests {
  private let token = AccessToken("0123456789abcdef")!

  private func refusal(
    _ token: AccessToken?, isOpen: Bool = false, changes: Bool = false,
    host: String? = "127.0.0.1:9600", origin: String? = nil, site: String? = nil,
    authorization: String? = nil
  ) -> AccessRule.Refusal? {
    AccessRule(token: token).refusal(
      isOpen: isOpen, changesSomething: changes, host: host, origin: origin, fetchSite: site,
      authorization: authorization)
  }

  @Test func tokenAsBearerOrPassword() {
    #expect(refusal(token) == .unauthorized)
    #expect(refusal(token, authorization: "Bearer 0123456789abcdef") == nil)
    #expect(refusal(token, authorization: "bearer 0123456789abcdef") == nil)
    #expect(refusal(token, authorization: "Bearer 0123456789abcdeF") == .unauthorized)
    #expect(refusal(token, authorization: "Bearer") == .unauthorized)
    // "anybody:0123456789abcdef"
    #expect(refusal(token, authorization: "Basic YW55Ym9keTowMTIzNDU2Nzg5YWJjZGVm") == nil)
    #expect(refusal(token, authorization: "Basic !") == .unauthorized)
    #expect(refusal(token, authorization: "Digest 0123456789abcdef") == .unauthorized)
  }

  @Test func probesNeedNone() { #expect(refusal(token, isOpen: true) == nil) }

  @Test(arguments: [
    "localhost", "localhost:9600", "127.0.0.1:1", "[::1]:9600", "[::1]", "127.0.0.1",
  ])
  func ownNames(_ host: String) { #expect(refusal(nil, host: host) == nil) }

  @Test(arguments: ["evil.example", "evil.example:9600", "127.0.0.1.evil.example:9600"])
  func rebinding(_ host: String) {
    #expect(refusal(nil, host: host) == .foreignHost)
    // With a token a stranger's page cannot carry it.
    #expect(refusal(token, host: host, authorization: "Bearer 0123456789abcdef") == nil)
  }

  @Test func anotherSiteChangesNothing() {
    #expect(refusal(nil, changes: true) == nil)
    #expect(refusal(nil, changes: true, origin: "http://127.0.0.1:9600") == nil)
    #expect(refusal(nil, changes: true, origin: "http://evil.example") == .foreignOrigin)
    #expect(refusal(nil, changes: true, origin: "null") == .foreignOrigin)
    #expect(refusal(nil, changes: true, site: "cross-site") == .foreignOrigin)
    #expect(refusal(nil, changes: true, site: "same-site") == .foreignOrigin)
    #expect(refusal(nil, changes: true, site: "same-origin") == nil)
    #expect(refusal(nil, origin: "http://evil.example", site: "cross-site") == nil)
  }
}
