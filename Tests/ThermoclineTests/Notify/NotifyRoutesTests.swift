import Foundation
import Logging
import Testing
import ThermoclineNotify
import ThermoclineServer

@testable import Thermocline

@Suite struct NotifyRoutesTests {
  @Test("readiness is a status; a sink that hangs is not alive")
  func routes() async throws {
    var snapshot = SinkSnapshot("a", .slack)
    for (isReady, idle, ready, live) in [
      (true, UInt64(0), 200, 200), (false, 0, 503, 200), (true, 200_000_000_000, 200, 503),
    ] {
      snapshot.isReady = isReady
      snapshot.idleNanoseconds = idle
      let shown = snapshot
      var routes = RouteTable()
      routes.add(NotifyRoutes { [shown] })
      let server = try HTTPServer(
        ListenAddress(host: "127.0.0.1", port: 0), token: nil, routes: routes,
        log: .init(label: "test") { _ in LogLines() })
      let client = StatusClient(try await server.start(), token: nil)
      #expect(try await client.get("/readyz").status == ready)
      #expect(try await client.get("/livez").status == live)
      #expect(try await client.get("/metrics").status == 200)
      await server.stop()
    }
  }
}
