import Logging
import NIOCore
import Synchronization
import Testing
import ThermoclineTestKit

@testable import ThermoclineServer

@Suite struct HTTPServerTests {
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private struct Odd: Error {}

  /// Serves some routes while `body` runs.
  private func serve(
    token: String? = nil, limits: ServerLimits = ServerLimits(),
    _ body: (_ port: Int, HTTPServer) async throws -> Void
  ) async throws {
    var routes = RouteTable()
    routes.on(.get, "/livez", access: .open) { _ in .text("alive") }
    routes.on(.get, "/accounts/{id}") { .text("account \($0.parameters["id"] ?? "")") }
    routes.on(.get, "/header") { request in
      ServerReply(
        headers: [("x-echo", request.query("value") ?? "")], body: .bytes(Array("ok".utf8)))
    }
    routes.on(.post, "/echo") { ServerReply(type: "text/plain", $0.body) }
    routes.on(.get, "/defect") { _ in throw Odd() }
    routes.on(.get, "/stream") { _ in
      ServerReply(
        headers: [("content-type", "text/event-stream")],
        body: .stream { stream in for i in 0..<3 { try await stream.write("data: \(i)\n\n") } })
    }
    routes.on(.get, "/flood") { _ in
      ServerReply(
        body: .stream { stream in
          while true { try await stream.write([UInt8](repeating: 65, count: 65_536)) }
        })
    }
    routes.on(.get, "/waits") { _ in
      ServerReply(
        body: .stream { stream in
          try await stream.write("first")
          try await Task.sleep(for: .seconds(3_600))
        })
    }
    let server = try HTTPServer(
      ListenAddress(host: "127.0.0.1", port: 0), token: token.flatMap(AccessToken.init),
      routes: routes, limits: limits, log: Self.quiet)
    let address = try await server.start()
    #expect(address.port > 0)
    do { try await body(address.port, server) } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test func answers() async throws {
    try await serve { port, _ in
      let reply = try await TestClient.request(port, "GET /accounts/a%2Fb%20c?x=1")
      #expect(reply.status == 200)
      #expect(reply.body == "account a/b c\n")
      #expect(reply.fields["content-length"] == "14")
      #expect(reply.fields["x-content-type-options"] == "nosniff")
      let head = try await TestClient.request(port, "HEAD /accounts/abc")
      #expect(head.status == 200 && head.body.isEmpty && head.fields["content-length"] == "12")
      #expect(try await TestClient.request(port, "GET /nothing").status == 404)
      #expect(try await TestClient.request(port, "GET /%zz").status == 400)
      let unknown = try await TestClient.request(port, "PATCH /echo")
      #expect(unknown.status == 405 && unknown.fields["allow"] == "POST")
      #expect(try await TestClient.request(port, "PATCH /nothing").status == 404)
      let other = try await TestClient.request(port, "GET /echo")
      #expect(other.status == 405 && other.fields["allow"] == "POST")
      #expect(try await TestClient.request(port, "GET /defect").status == 500)
    }
  }

  @Test func bodyAndStream() async throws {
    try await serve { port, _ in
      let echo = try await TestClient.exchange(
        port,
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
      )
      #expect(TestReply(echo).body == "hello")
      let stream = try await TestClient.request(port, "GET /stream")
      #expect(stream.fields["transfer-encoding"] == "chunked")
      #expect(stream.body.contains("data: 0\n\n") && stream.body.contains("data: 2\n\n"))
    }
  }

  @Test func aHeaderFromOutsideCannotEndItsLine() async throws {
    try await serve { port, _ in
      let reply = try await TestClient.request(port, "GET /header?value=a%0d%0aset-cookie:%20x")
      #expect(reply.status == 200 && reply.body == "ok")
      #expect(reply.fields["set-cookie"] == nil && reply.fields["x-echo"] == nil)
    }
  }

  @Test func listeningElsewhereNeedsAToken() throws {
    let address = ListenAddress(host: "0.0.0.0", port: 0)
    #expect(throws: ServerError.self) {
      try HTTPServer(address, routes: RouteTable(), log: Self.quiet)
    }
    _ = try HTTPServer(
      address, token: AccessToken("0123456789abcdef"), routes: RouteTable(), log: Self.quiet)
  }

  @Test func aTakenPortIsSaid() async throws {
    try await serve { port, _ in
      let second = try HTTPServer(
        ListenAddress(host: "127.0.0.1", port: port), routes: RouteTable(), log: Self.quiet)
      await #expect(throws: ServerError.self) { try await second.start() }
    }
  }

  @Test func token() async throws {
    try await serve(token: "0123456789abcdef") { port, _ in
      #expect(try await TestClient.request(port, "GET /livez").status == 200)
      // Nobody learns without it which paths there are.
      for line in ["PATCH /accounts/a", "PATCH /nothing", "POST /accounts/a", "GET /nothing"] {
        #expect(try await TestClient.request(port, line).status == 401, "\(line)")
      }
      let without = try await TestClient.request(port, "GET /accounts/a")
      #expect(without.status == 401 && without.fields["www-authenticate"] != nil)
      #expect(
        try await TestClient.request(
          port, "GET /accounts/a", ["Authorization: Bearer 0123456789abcdeX"]
        ).status == 401)
      #expect(
        try await TestClient.request(
          port, "GET /accounts/a", ["Authorization: Bearer 0123456789abcdef"]
        ).status == 200)
    }
  }

  @Test func strangersInABrowser() async throws {
    try await serve { port, _ in
      let rebound = try await TestClient.request(port, "GET /accounts/a", host: "evil.example")
      #expect(rebound.status == 421)
      let foreign = try await TestClient.request(
        port, "POST /echo", ["Origin: https://evil.example", "Content-Length: 0"])
      #expect(foreign.status == 403)
    }
  }

  @Test func aBodyOfAGigabyteIsNotRead() async throws {
    try await serve { port, _ in
      let declared = try await TestClient.request(
        port, "POST /echo", ["Content-Length: 1073741824"])
      #expect(declared.status == 413 && declared.fields["connection"] == "close")
      // A length that is not told is counted.
      let piece = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
      let counted = try await TestClient.exchange(
        port,
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
          + String(repeating: piece, count: 17))
      #expect(TestReply(counted).status == 413)
    }
  }

  @Test func largeHeadersAreRefused() async throws {
    try await serve { port, _ in
      let reply = try await TestClient.request(
        port, "GET /livez", ["X-Large: " + String(repeating: "x", count: 20_000)])
      #expect(reply.status == 400)
      // The next client is served.
      #expect(try await TestClient.request(port, "GET /livez").status == 200)
    }
  }

  @Test func tooManyRequests() async throws {
    var limits = ServerLimits()
    limits.requestsPerSecond = 2
    try await serve(limits: limits) { port, _ in
      var statuses: [Int] = []
      while statuses.last != 429, statuses.count < 1_000 {
        statuses.append(try await TestClient.request(port, "GET /livez").status)
      }
      #expect(statuses.count > 4 && statuses.last == 429)
    }
  }

  @Test func aThousandIdleConnectionsKeepNobodyOut() async throws {
    var limits = ServerLimits()
    limits.connectionsMax = 64
    try await serve(limits: limits) { port, server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<1_000 {
          let channel = try await TestClient.connect(port)
          // It holds its end open until the server cuts it, or this is over.
          group.addTask {
            try await channel.executeThenClose { inbound, _ in _ = await TestClient.read(inbound) }
          }
        }
        #expect(try await TestClient.request(port, "GET /livez").status == 200)
        #expect(server.connectionsCount <= 64)
        group.cancelAll()
      }
    }
  }

  @Test(arguments: [
    "", "GET /liv", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc",
  ])
  func aSlowClientIsCut(_ beginning: String) async throws {
    var limits = ServerLimits()
    limits.idleMilliseconds = 50
    limits.requestMilliseconds = 50
    try await serve(limits: limits) { port, _ in
      // Comes back only because the server closes.
      let reply = TestReply(try await TestClient.exchange(port, beginning))
      #expect(reply.status != 200)
    }
  }

  @Test func aClientThatNeverReadsIsCut() async throws {
    var limits = ServerLimits()
    limits.stallMilliseconds = 50
    try await serve(limits: limits) { port, server in
      let channel = try await TestClient.connect(port)
      try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(
          ByteBuffer(string: "GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        // Nobody takes from `inbound`, so its channel reads no more than its buffer holds.
        while server.connectionsCount == 0 { await Task.yield() }
        while server.connectionsCount > 0 { await Task.yield() }
        _ = inbound
      }
    }
  }

  @Test func stopDoesNotWaitForAStreamWithoutEnd() async throws {
    var limits = ServerLimits()
    limits.stopMilliseconds = 50
    try await serve(limits: limits) { port, _ in
      let channel = try await TestClient.connect(port)
      try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(
          ByteBuffer(string: "GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        for try await _ in inbound { break }
      }
    }
  }
}
