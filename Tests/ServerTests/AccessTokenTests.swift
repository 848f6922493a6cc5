import Testing
import ThermoclineServer

@Suite struct AccessTokenTests {
  private let text = "correct-horse-battery"

  @Test func onlyTheWholeTokenMatches() throws {
    let token = try #require(AccessToken(text))
    #expect(token.matches(text.utf8))
    #expect(!token.matches("".utf8))
    #expect(!token.matches(text.dropLast().utf8))
    #expect(!token.matches((text + "y").utf8))
    // Once over again: every byte is right, the length is not.
    #expect(!token.matches((text + text).utf8))
    // Each single byte counts.
    for index in text.utf8.indices {
      var bytes = Array(text.utf8)
      bytes[text.utf8.distance(from: text.utf8.startIndex, to: index)] ^= 1
      #expect(!token.matches(bytes))
    }
  }

  @Test func whatIsNoToken() {
    #expect(AccessToken("fifteen-letters") == nil)
    #expect(AccessToken("with a blank in it") == nil)
    #expect(AccessToken("with-a-line-end\n12") == nil)
    #expect(AccessToken("ümlaut-umlaut-umlaut") == nil)
    #expect(AccessToken(String(repeating: "a", count: 1_025)) == nil)
  }

  @Test func noTextShowsIt() throws {
    let token = try #require(AccessToken(text))
    var dumped = ""
    dump(token, to: &dumped)
    #expect(!"\(token) \(String(reflecting: token)) \(dumped)".contains("horse"))
  }
}
