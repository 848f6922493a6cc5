import Foundation
import Logging
import Synchronization
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineNotify
import ThermoclineProtobuf

@testable import Thermocline

/// The notifier whole: alerts in an embedded broker, tools that misbehave.
@Suite(.timeLimit(.minutes(5))) struct NotifyJobTests: NotifyTesting {
  let broker: EmbeddedBroker

  init() throws {
    broker = try EmbeddedBroker(topics: [("health-alerts", 2), ("health-dead-letters", 1)])
  }

  /// The accounts that a webhook was told of, in order, with what changed.
  private func told(_ server: MisbehavingServer) throws -> [String] {
    try server.requests.flatMap { request -> [String] in
      let body = try #require(
        try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any])
      return try #require(body["changes"] as? [[String: Any]]).map { change in
        "\((change["alert"] as? [String: Any])?["account"] ?? "") \(change["change"] ?? "")"
      }
    }
  }

  @Test(
    "every kind of sink is told of an alert's life, in either encoding; the position follows; a restart tells nothing twice"
  )
  func endToEnd() throws {
    let kinds: [SinkKind] = [.webhook, .slack, .pagerduty, .alertmanager]
    let servers = try kinds.map { _ in try MisbehavingServer() }
    let sinks = zip(kinds, servers).map { sink($0.rawValue, $0, $1) }
    try publish([alert(1)])
    try publish([alert(2)], partition: 1, as: .alert)
    var running = try start(configuration(sinks))
    running.wait { servers.allSatisfy { !$0.requests.isEmpty } }
    try publish([alert(1, .recovering, days: 1), alert(1, .resolved, days: 2)])
    running.wait { kinds.allSatisfy { running.sink($0.rawValue).counts.read == 4 } }
    running.wait { kinds.allSatisfy { running.sink($0.rawValue).waiting == 0 } }
    #expect(running.stop() == nil)
    #expect(
      try told(servers[0]).sorted() == [
        "acct-1 opened", "acct-1 resolved", "acct-1 updated", "acct-2 opened",
      ])
    #expect(servers[1].requests.count == 3)
    let actions = servers[2].requests.compactMap {
      $0.body.firstMatch(of: /"event_action":"(\w+)"/).map { String($0.1) }
    }
    #expect(actions.sorted() == ["resolve", "trigger", "trigger"])
    #expect(servers[3].requests.allSatisfy { $0.line == "POST /api/v2/alerts HTTP/1.1" })
    for kind in kinds { #expect(try committed("thermocline-notify.\(kind.rawValue)") == [3, 1]) }

    let before = servers.map(\.requests.count)
    running = try start(configuration(sinks))
    running.wait { kinds.allSatisfy { running.sink($0.rawValue).isReady } }
    // What stands, and only that, is told again to the one that forgets.
    running.wait { servers[3].requests.count > before[3] }
    try publish([alert(2, .resolved, days: 1)], partition: 1, as: .alert)
    running.wait { servers[0].requests.count > before[0] && servers[2].requests.count > before[2] }
    #expect(running.stop() == nil)
    #expect(try told(servers[0]).last == "acct-2 resolved")
    let again = servers[3].requests[before[3]].body
    #expect(again.contains("acct-2") && !again.contains("acct-1"))
  }

  @Test("a new group begins with what comes, and knows what stands")
  func newest() throws {
    let server = try MisbehavingServer()
    try publish([alert(1), alert(2), alert(2, .resolved, days: 1)])
    let running = try start(configuration([sink("hook", .webhook, server)], start: .newest))
    running.wait { running.sink("hook").isReady }
    #expect(running.sink("hook").open == 1)
    #expect(try committed("thermocline-notify.hook") == [3, 0])
    try publish([alert(1, .resolved, days: 1), alert(3)])
    running.wait { running.sink("hook").counts.delivered == 2 }
    #expect(running.stop() == nil)
    #expect(try told(server).sorted() == ["acct-1 resolved", "acct-3 opened"])
  }

  @Test("500, time-out, a cut connection, then good: delivered, with nothing committed before")
  func failures() throws {
    let server = try MisbehavingServer()
    server.answers { _, number in
      switch number {
      case 0: .status(500)
      case 1: .silence
      case 2: .cut
      case 3: .status(429, fields: ["retry-after": "1"])
      default: .status(202)
      }
    }
    try publish([alert(1)])
    let log = LogLines()
    let running = try start(configuration([sink("hook", .webhook, server)]), log: log)
    running.wait { server.requests.count >= 4 }
    #expect(try committed("thermocline-notify.hook")[0] == 0)
    running.wait { running.sink("hook").counts.delivered == 1 }
    #expect(running.stop() == nil)
    #expect(try committed("thermocline-notify.hook")[0] == 1)
    let counts = running.sink("hook").counts
    #expect(
      counts.failures == ["http_500": 1, "timeout": 1, "connection": 1, "http_429": 1])
    #expect(Set(server.requests.compactMap { $0.fields["idempotency-key"] }).count == 1)
    #expect(Set(server.requests.map(\.body)).count == 1)
    #expect(log.all.contains { $0.contains("hook http_500") })
  }

  @Test("slow and endless bodies cost neither time nor memory, and are as good as their status")
  func bodies() throws {
    let server = try MisbehavingServer()
    server.answers { _, number in
      switch number {
      case 0: .slowBody(status: 503)
      case 1: .endlessBody(status: 503)
      case 2: .slowBody(status: 200)
      case 3: .endlessBody(status: 200)
      default: .status(200)
      }
    }
    try publish([alert(1)])
    let running = try start(configuration([sink("hook", .webhook, server)]))
    running.wait { running.sink("hook").counts.delivered == 1 }
    try publish([alert(2)])
    running.wait { running.sink("hook").counts.delivered == 2 }
    try publish([alert(3)])
    running.wait { running.sink("hook").counts.delivered == 3 }
    #expect(running.stop() == nil)
    #expect(
      try told(server) == [
        "acct-1 opened", "acct-1 opened", "acct-1 opened", "acct-2 opened", "acct-3 opened",
      ])
    // 64 kB are read; sockets' buffers and what was under way hold some more.
    #expect(server.bytesSent < 50_000_000, "\(server.bytesSent)")
  }

  @Test(
    "a redirect is not followed: the other server hears nothing, the alert is in the dead letters")
  func redirects() throws {
    let (server, other) = (try MisbehavingServer(), try MisbehavingServer())
    let target = other.url
    server.answers { _, number in
      number == 0 ? .status(307, fields: ["location": target + "/"]) : .status(200)
    }
    try publish([alert(1), alert(2)])
    let running = try start(configuration([sink("hook", .webhook, server)]))
    running.wait { running.sink("hook").counts.delivered == 1 }
    #expect(running.stop() == nil)
    #expect(other.requests.isEmpty)
    let letters = try readAll("health-dead-letters", of: broker)
    #expect(letters.map { $0.headers["error.reason"] } == ["http_307"])
  }

  @Test(
    "what is refused or no alert goes to the dead letters with its reason, and the rest goes on")
  func deadLetters() throws {
    let server = try MisbehavingServer()
    server.answers { request, _ in
      request.body.contains("acct-2\"") ? .status(403, body: "no\u{1B}[2J <b>") : .status(200)
    }
    try publish([alert(1), alert(2)])
    try write([("x", "{\"no\":\"alert\"}"), ("y", nil), ("z", "[")], to: topic, of: broker)
    try publish([alert(3)])
    let running = try start(configuration([sink("hook", .webhook, server)]))
    running.wait { running.sink("hook").counts.delivered == 2 }
    running.wait { running.sink("hook").counts.refused == 1 }
    #expect(running.stop() == nil)
    let letters = try readAll("health-dead-letters", of: broker)
    #expect(
      letters.map { $0.headers["error.reason"] ?? "" }.sorted() == [
        "http_403", "not_an_alert", "not_an_alert",
      ])
    let letter = try #require(letters.first { $0.headers["error.reason"] == "http_403" })
    #expect(letter.keyText == "acct-2")
    #expect(try HealthAlertDecoder.decode(letter.value!) == alert(2))
    #expect(letter.headers["notify.sink"] == "hook")
    #expect(letter.headers["source.topic"] == topic && letter.headers["source.offset"] == "1")
    #expect(letter.headers["error.detail"] == "no\u{FFFD}[2J <b>")
    #expect(try committed("thermocline-notify.hook")[0] == 6)
    let counts = running.sink("hook").counts
    #expect(counts.read == 5 && counts.unreadable == 2 && counts.refused == 1)
  }

  @Test(
    "a sink that fails holds up only itself, keeps no more than its share, and gets all when it is back"
  )
  func oneFails() throws {
    let (bad, good) = (try MisbehavingServer(), try MisbehavingServer())
    bad.answers { _, _ in .status(503) }
    for begin in stride(from: 0, to: 5_000, by: 500) {
      try publish((begin..<begin + 500).map { alert($0) })
    }
    let running = try start(
      configuration([sink("bad", .webhook, bad), sink("good", .webhook, good)]))
    running.wait { running.sink("good").counts.delivered == 5_000 }
    running.wait { running.sink("bad").waiting == NotifyLimits.pendingMax }
    #expect(running.sink("bad").failingSeconds > 0 && running.sink("bad").counts.delivered == 0)
    #expect(running.sink("bad").lag == 5_000 && running.sink("good").lag == 0)
    bad.answers { _, _ in .status(200) }
    running.wait { running.sink("bad").counts.delivered == 5_000 }
    #expect(running.sink("bad").failingSeconds == 0)
    #expect(running.stop() == nil)
    let page = NotifyMetrics.page(running.job.snapshots)
    let exposition = try Exposition(page)
    #expect(
      exposition.value("thermocline_notify_messages_total", ["sink": "good", "outcome": "digest"])
        == Double(running.sink("good").counts.inDigest))
    #expect(try Set(told(bad)).count == 5_000)
    #expect(try Set(told(good)).count == 5_000)
  }

  @Test(
    "stopped again and again in the middle, with a server that fails half of the time: nothing is lost"
  )
  func restarts() throws {
    let server = try MisbehavingServer()
    server.answers { _, number in number % 2 == 0 ? .status(503) : .status(200) }
    var sink = sink("hook", .webhook, server)
    sink.gather = .zero
    let all = 40
    for number in 0..<all { try publish([alert(number)], partition: Int32(number % 2)) }
    var taken = 0
    for _ in 0..<3 {
      let running = try start(configuration([sink]))
      let wanted = taken + 8
      running.wait { server.requests.count >= wanted }
      #expect(running.stop() == nil)
      taken = server.requests.count
    }
    let running = try start(configuration([sink]))
    running.wait {
      (try? committed("thermocline-notify.hook")) == [20, 20]
    }
    #expect(running.stop() == nil)
    let told = Set(
      try zip(0..., server.requests).filter { $0.0 % 2 == 1 }.flatMap { _, request in
        try #require(
          (try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any])?[
            "changes"] as? [[String: Any]]
        ).compactMap { ($0["alert"] as? [String: Any])?["account"] as? String }
      })
    #expect(told == Set((0..<all).map { "acct-\($0)" }))
  }

  @Test(
    "no broker, no topic, no secret: one sentence and the right exit status, the secret's value in none"
  )
  func refusals() throws {
    let server = try MisbehavingServer()
    var lost = configuration([sink("hook", .webhook, server)])
    lost.base.output.alerts = "not-there"
    let noTopic = #expect(throws: JobFailure.self) { _ = try start(lost) }
    #expect(noTopic?.status == .unavailable && noTopic?.message.contains("not-there") == true)
    var secret = sink("hook", .webhook, server)
    secret.key = .environment("MISSING")
    let noSecret = #expect(throws: JobFailure.self) { _ = try start(configuration([secret])) }
    #expect(noSecret?.status == .configuration)
    #expect(
      noSecret?.message
        == "sinks: hook.secret: the environment variable MISSING is not set, or empty")
    var open = sink("hook", .webhook, server)
    open.url = .plain("http://example.com/hook")
    open.token = .environment("KEY")
    let inTheClear = #expect(throws: JobFailure.self) { _ = try start(configuration([open])) }
    #expect(inTheClear?.status == .configuration)
    #expect(inTheClear?.message.contains("0123456789") == false)
  }
}
