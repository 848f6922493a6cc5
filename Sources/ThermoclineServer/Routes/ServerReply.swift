/// What a route answers.
package struct ServerReply: Sendable {
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Written as it comes about. It ends when the closure returns; the task is cancelled when the server stops. A
    /// client that is gone is noticed by the next write, so a stream that is silent for long writes something now and
    /// then.
    case stream(@Sendable (inout ReplyStream) async throws -> Void)
  }

  /// 200…599.
  package var status: Int
  /// Header fields besides the length and those that every reply carries; names in lower case.
  package var headers: [(name: String, value: String)]
  package var body: Body

  package init(_ status: Int = 200, headers: [(name: String, value: String)] = [], body: Body) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// A whole reply of a content type.
  package init(_ status: Int = 200, type: String, _ bytes: [UInt8]) {
    self.init(status, headers: [("content-type", type)], body: .bytes(bytes))
  }

  /// A line of plain text.
  package static func text(_ text: String, status: Int = 200) -> ServerReply {
    ServerReply(status, type: "text/plain; charset=utf-8", Array((text + "\n").utf8))
  }

  /// JSON that was written before.
  package static func json(_ status: Int = 200, _ bytes: [UInt8]) -> ServerReply {
    ServerReply(status, type: "application/json", bytes)
  }

  /// `{"error":"…"}`; the text is ours, without quotes or backslashes.
  package static func error(_ status: Int, _ text: StaticString) -> ServerReply {
    json(status, Array("{\"error\":\"\(text)\"}\n".utf8))
  }
}
