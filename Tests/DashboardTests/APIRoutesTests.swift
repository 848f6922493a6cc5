import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineServer
import ThermoclineTestKit

@testable import ThermoclineDashboard

@Suite("API")
struct APIRoutesTests {
  private func store() throws -> HistoryStore {
    var messages = Messages()
    for number in 0..<7 { messages.add(score("acct-\(number)", Double(number) * 10)) }
    messages.add(score("unknown", nil))
    for number in 0..<4 { messages.add(score("acct-1", Double(number), day: number), .change) }
    messages.add(alert("acct-1"))
    messages.add(alert("unknown", .resolved))
    for segment in ["portfolio", "tier=mid"] {
      for number in 0..<3 {
        var rollup = HealthRollup(segment: segment, at: day(number), policy: "test@1")
        rollup.accounts = number
        messages.add(rollup)
      }
    }
    messages.add(AccountUsage(account: "acct-1", at: day(0), policy: "test@1", stage: "active"))
    let store = try HistoryStore(path: nil, log: quiet, now: today)
    let change = try store.apply(messages.records)
    #expect(change.broken == 0)
    return store
  }

  @Test func accounts() async throws {
    try await serving(try store()) { port async throws in
      let page = try json(
        try await get(port, "/api/v1/accounts?limit=3&offset=1&sort=score&order=desc"))
      #expect(page["total"] as? Int == 8 && page["offset"] as? Int == 1)
      let rows = try #require(page["accounts"] as? [[String: Any]])
      #expect(rows.map { $0["account"] as? String } == ["acct-5", "acct-4", "acct-3"])
      #expect(rows[0]["score"] as? Double == 50 && rows[0]["band"] as? String == "yellow")
      #expect(rows[0]["trend"] is NSNull && rows[0]["at"] as? String == "2026-01-01T00:00:00.000Z")
      let without = try json(try await get(port, "/api/v1/accounts?band=none"))
      #expect((without["accounts"] as? [[String: Any]])?.first?["score"] is NSNull)
    }
  }

  @Test func oneAccountAndItsHistory() async throws {
    try await serving(try store()) { port async throws in
      let record = try json(try await get(port, "/api/v1/accounts/acct-1"))
      #expect((record["score"] as? [String: Any])?["account"] as? String == "acct-1")
      #expect((record["usage"] as? [String: Any])?["account"] as? String == "acct-1")
      #expect((record["alerts"] as? [[String: Any]])?.first?["rule"] as? String == "silence")
      let history = try json(try await get(port, "/api/v1/accounts/acct-1/history?limit=3"))
      let points = try #require(history["history"] as? [[String: Any]])
      #expect(points.map { $0["score"] as? Double } == [1, 2, 3])
      for path in ["/api/v1/accounts/nobody", "/api/v1/accounts/nobody/history", "/api/v1/nothing"]
      {
        let reply = try await get(port, path)
        #expect(reply.status == 404, "\(path)")
        #expect(reply.fields["content-type"] == "application/problem+json")
        #expect(try json(reply)["status"] as? Int == 404)
      }
    }
  }

  @Test func alertsAndRollups() async throws {
    try await serving(try store()) { port async throws in
      let open = try json(try await get(port, "/api/v1/alerts"))
      #expect(open["total"] as? Int == 1)
      let over = try json(try await get(port, "/api/v1/alerts?state=resolved"))
      #expect((over["alerts"] as? [[String: Any]])?.first?["account"] as? String == "unknown")
      let newest = try json(try await get(port, "/api/v1/rollups"))
      let rollups = try #require(newest["rollups"] as? [[String: Any]])
      #expect(rollups.map { $0["segment"] as? String } == ["portfolio", "tier=mid"])
      #expect(rollups.allSatisfy { $0["accounts"] as? Int == 2 })
      let one = try json(try await get(port, "/api/v1/rollups?segment=tier%3Dmid&limit=2"))
      #expect((one["rollups"] as? [[String: Any]])?.map { $0["accounts"] as? Int } == [1, 2])
      #expect(
        (try json(try await get(port, "/api/v1/status"))["history"] as? [String: Int])?["account"]
          == 8)
    }
  }

  @Test(arguments: [
    "accounts?limit=0", "accounts?limit=x", "accounts?offset=-1", "accounts?sort=height",
    "accounts?order=sideways", "alerts?state=pending", "alerts?limit=501", "alerts?offset=x",
    "rollups?limit=0", "accounts/acct-1/history?limit=9999999999999999999",
  ])
  func whatIsAskedWronglyIsRefusedWithTheReason(path: String) async throws {
    try await serving(try store()) { port async throws in
      let reply = try await get(port, "/api/v1/" + path)
      #expect(reply.status == 400)
      #expect((try json(reply)["detail"] as? String)?.isEmpty == false)
    }
  }

  @Test func otherMethodsAreRefused() async throws {
    try await serving(try store()) { port async throws in
      for (request, allowed) in [
        ("POST /api/v1/accounts", "GET"), ("DELETE /api/v1/accounts/acct-1", "GET"),
        ("GET /alerts/0000000000000006", "POST"),
      ] {
        let reply = try await TestClient.request(port, request)
        #expect(reply.status == 405 && reply.fields["allow"] == allowed, "\(request)")
      }
    }
  }

  @Test func nothingButTheProbesIsToldWithoutTheToken() async throws {
    try await serving(try store(), token: "0123456789abcdef") { port async throws in
      for path in [
        "/", "/accounts", "/account?id=acct-1", "/alerts", "/job", "/assets/dashboard.js",
        "/api/v1/accounts", "/api/v1/stream", "/api/v1/openapi.yaml", "/nothing",
      ] {
        let without = try await get(port, path)
        #expect(without.status == 401 && !without.body.contains("acct"), "\(path)")
        #expect(without.fields["www-authenticate"]?.hasPrefix("Basic") == true)
        let wrong = try await TestClient.request(
          port, "GET " + path, ["Authorization: Bearer 0123456789abcdeX"])
        #expect(wrong.status == 401, "\(path)")
      }
      let right = try await TestClient.request(
        port, "GET /api/v1/accounts", ["Authorization: Bearer 0123456789abcdef"])
      #expect(right.status == 200)
      // As a browser sends what a person has typed: `me:0123456789abcdef`.
      let basic = Data("me:0123456789abcdef".utf8).base64EncodedString()
      let person = try await TestClient.request(port, "GET /", ["Authorization: Basic \(basic)"])
      #expect(person.status == 200)
      #expect(try await get(port, "/livez").status == 200)
      #expect(try await get(port, "/readyz").status == 503)
    }
  }

  private func constant(_ state: FeedState) -> @Sendable () -> FeedState { { state } }

  @Test func theProbeSaysWhetherTheTopicsAreFollowed() async throws {
    var state = FeedState()
    state.isCaughtUp = true
    try await serving(try store(), feed: constant(state)) { port async throws in
      #expect(try await get(port, "/readyz").status == 200)
    }
    state.problem = "the disk is full"
    try await serving(try store(), feed: constant(state)) { port async throws in
      let reply = try await get(port, "/readyz")
      #expect(reply.status == 503 && !reply.body.contains("disk"))
      #expect(try await get(port, "/job").body.contains("the disk is full"))
    }
  }

  @Test func aDamagedFileIsNoDefectOfTheServer() async throws {
    let folder = try TemporaryFolder()
    do {
      var messages = Messages()
      for number in 0..<3_000 { messages.add(score("account-\(number)", 50)) }
      _ = try HistoryStore(path: folder.database, log: quiet, now: today).apply(messages.records)
    }
    var bytes = try folder.bytes("history.sqlite")
    for index in 8_192..<bytes.count { bytes[index] = 0xFF }
    try Data(bytes).write(to: URL(filePath: folder.database))
    try await serving(try HistoryStore(path: folder.database, log: quiet, now: today)) {
      port async throws in
      let reply = try await get(port, "/api/v1/accounts?sort=account")
      #expect(reply.status == 503)
      #expect(reply.fields["content-type"] == "application/problem+json")
      #expect(try await get(port, "/accounts?sort=account").status == 503)
    }
  }

  /// Every path of the document is served, and every served path stands in it.
  @Test func theDocumentNamesWhatThereIs() async throws {
    let text = String(decoding: PackageResources.openapi_yaml, as: UTF8.self)
    var documented: [String] = []
    for path in text.split(separator: /\n(?=  \/)/).dropFirst() {
      let name = path.prefix { $0 != ":" }.drop { $0 == " " }
      for method in path.matches(of: /\n    (get|post|put|delete|patch):/) {
        documented.append("\(method.1.uppercased()) \(name)")
      }
    }
    var table = RouteTable()
    let store = try store()
    let context = DashboardContext(
      store: store, hub: LiveHub(), feed: { FeedState() }, now: { day(10) })
    table.add(APIRoutes(context))
    // What is under no path is told as a problem, not as a page.
    let served = table.names.filter { !$0.hasSuffix("...}") }
    #expect(documented.sorted() == served.sorted() && served.count > 5)
    try await serving(store) { port async throws in
      for name in documented where name != "GET /api/v1/stream" {
        let path = name.replacing("GET ", with: "").replacing("{id}", with: "acct-1")
        #expect(try await get(port, path).status == 200, "\(path)")
      }
    }
  }
}
