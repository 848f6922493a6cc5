import Logging
import Testing

@testable import ThermoclineServer

/// What the system says of addresses, in words.
@Suite struct SocketFailureTests {
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func start(_ address: ListenAddress) async throws -> (HTTPServer, ListenAddress) {
    let server = try HTTPServer(address, token: nil, routes: RouteTable(), log: quiet)
    return (server, try await server.start())
  }

  @Test("nothing listens on port 1")
  func refused() async {
    let error = await #expect(throws: ServerError.self) {
      try await StatusClient(ListenAddress(host: "127.0.0.1", port: 1), token: nil).get("/")
    }
    #expect(error?.description == "nothing answers at 127.0.0.1:1: the connection was refused")
  }

  @Test("an address that is taken")
  func taken() async throws {
    let (server, address) = try await start(ListenAddress(host: "127.0.0.1", port: 0))
    let error = await #expect(throws: ServerError.self) { try await start(address) }
    #expect(
      error?.description == "cannot listen on \(address): another program listens there")
    await server.stop()
  }

  @Test("a name of RFC 6761, which nobody has")
  func unknown() async throws {
    let token = try #require(AccessToken("0123456789abcdef"))
    let address = ListenAddress(host: "nowhere.invalid", port: 1)
    let listening = await #expect(throws: ServerError.self) {
      _ = try await HTTPServer(address, token: token, routes: RouteTable(), log: quiet).start()
    }
    #expect(listening?.description.hasSuffix("the name nowhere.invalid is not known") == true)
    let asking = await #expect(throws: ServerError.self) {
      _ = try await StatusClient(address, token: nil).get("/")
    }
    #expect(asking?.description.hasSuffix("the name nowhere.invalid is not known") == true)
  }

  @Test("an address of RFC 5737, which no machine has")
  func foreign() async throws {
    let token = try #require(AccessToken("0123456789abcdef"))
    let error = await #expect(throws: ServerError.self) {
      _ = try await HTTPServer(
        ListenAddress(host: "192.0.2.1", port: 0), token: token, routes: RouteTable(), log: quiet
      ).start()
    }
    #expect(
      error?.description == "cannot listen on 192.0.2.1:0: this machine has no such address")
  }
}
