import Foundation
import Logging
import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineServer

@testable import Thermocline

@Suite struct OperationRoutesTests {
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private typealias Get =
    @Sendable (_ path: String, _ fields: [String: String]) async throws -> (
      status: Int, text: String
    )

  /// What the routes answer over HTTP.
  private func answers(
    _ job: JobObservation, token: String? = nil, _ body: (Get) async throws -> Void
  ) async throws {
    var routes = RouteTable()
    routes.add(OperationRoutes { job })
    let server = try HTTPServer(
      ListenAddress(host: "127.0.0.1", port: 0), token: token.flatMap { AccessToken($0) },
      routes: routes, log: quiet)
    let address = try await server.start()
    do {
      try await body { path, fields in
        let token = fields["token"].flatMap { AccessToken($0) }
        let reply = try await StatusClient(address, token: token)
          .get(path, accept: fields["accept"] ?? "*/*")
        return (reply.status, String(decoding: reply.body, as: UTF8.self))
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test func readinessIsAStatusAndItsReasons() async throws {
    try await answers(.healthy()) { get async throws in
      #expect(try await get("/readyz", [:]) == (200, "ready\n"))
      #expect(try await get("/livez", [:]) == (200, "alive\n"))
    }
    var job = JobObservation.healthy()
    job.feeder.partitions[0].position = 40
    job.pipeline.failure = OutputSinkError("the broker did not take the outputs")
    try await answers(job) { get async throws in
      let ready = try await get("/readyz", [:])
      #expect(ready.status == 503)
      #expect(
        ready.text
          == """
          outputs_failed: the broker did not take the outputs
          rebuilding: 10 records left to read before anything is published

          """)
      #expect(try await get("/livez", [:]) == (503, "the broker did not take the outputs\n"))
    }
  }

  @Test("draining is asked for by who has the token, and asked again says how far it is")
  func draining() async throws {
    let asked = Atomic<Int>(0)
    var job = JobObservation.healthy()
    job.feeder.drainedCount = 1
    let token = String(repeating: "t", count: 32)
    var routes = RouteTable()
    routes.add(OperationRoutes(drain: { asked.add(1, ordering: .relaxed) }) { [job] in job })
    let server = try HTTPServer(
      ListenAddress(host: "127.0.0.1", port: 0), token: AccessToken(token), routes: routes,
      log: quiet)
    let address = try await server.start()
    let refused = try await StatusClient(address, token: nil).post("/drain")
    #expect(refused.status == 401 && asked.load(ordering: .relaxed) == 0)
    let client = StatusClient(address, token: AccessToken(token))
    for times in 1...2 {
      let reply = try await client.post("/drain")
      #expect(reply.status == 202 && asked.load(ordering: .relaxed) == times)
      #expect(
        String(decoding: reply.body, as: UTF8.self)
          == "draining: 1 of 2 partitions have their last checkpoint\n")
    }
    #expect(try await client.get("/drain").status == 405)
    await server.stop()
  }

  @Test func metricsAreAnExposition() async throws {
    try await answers(.healthy()) { get async throws in
      let page = try await get("/metrics", [:])
      #expect(page.status == 200)
      #expect(try Exposition(page.text).value("thermocline_ready") == 1)
    }
  }

  @Test func statusIsForProgramsAndPeople() async throws {
    try await answers(.healthy()) { get async throws in
      let json = try await get("/status", [:])
      let fields = try #require(
        try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
      #expect(fields["ready"] as? Bool == true)
      #expect((fields["events"] as? [String: Int])?["applied"] == 190)
      #expect((fields["partitions"] as? [[String: Any]])?.count == 2)
      #expect(fields["accounts"] as? Int == 20)
      let text = try await get("/status?format=text", [:])
      #expect(text.text.contains("\nready\n") && text.text.contains("events[1]"))
      #expect(try await get("/status", ["accept": "text/html"]).text == text.text)
    }
  }

  @Test func probesNeedNoTokenEverythingElseDoes() async throws {
    let token = "a token of some length"
    #expect(AccessToken(token) == nil, "no spaces")
    let right = "a-token-of-some-length"
    try await answers(.healthy(), token: right) { get async throws in
      #expect(try await get("/livez", [:]).status == 200)
      #expect(try await get("/readyz", [:]).status == 200)
      for path in ["/metrics", "/status"] {
        #expect(try await get(path, [:]).status == 401)
        #expect(try await get(path, ["token": "another-token-of-length"]).status == 401)
        #expect(try await get(path, ["token": right]).status == 200)
      }
    }
  }
}
