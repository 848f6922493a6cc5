import Testing

@testable import ThermoclineServer

@Suite struct StatusClientTests {
  private func parse(_ text: String) -> StatusClient.Reply? { StatusClient.parse(text.utf8) }

  @Test func wholeRepliesOnly() {
    let reply = StatusClient.Reply(status: 503, body: Array("ab".utf8))
    #expect(parse("HTTP/1.1 503 No\r\nX: y\r\nContent-Length: 2\r\n\r\nab") == reply)
    for text in [
      "", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n\r\n", "SSH-2.0-x\r\n\r\n",
      "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab",
      "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab",
    ] { #expect(parse(text) == nil, "\(text)") }
  }

  @Test func nobodyThereIsSaidWithTheAddress() async {
    // Nothing listens on port 1.
    let address = ListenAddress(host: "127.0.0.1", port: 1)
    let error = await #expect(throws: ServerError.self) {
      try await StatusClient(address, token: nil).get("/status")
    }
    #expect(error?.description.contains("127.0.0.1:1") == true)
  }
}
