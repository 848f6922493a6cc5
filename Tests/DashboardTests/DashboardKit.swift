import Foundation
import Logging
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineServer
import ThermoclineTestKit

@testable import ThermoclineDashboard

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension TemporaryFolder {
  var database: String { path + "/history.sqlite" }
}

/// Days since the beginning of 2026.
func day(_ number: Int) -> EventTime {
  EventTime(milliseconds: 1_767_225_600_000) + .days(Int64(number))
}

/// The time of day of a history in these tests: long after what it is told.
let today: @Sendable () -> EventTime = { day(4_000) }

/// Makes the messages that a job would write, in order.
struct Messages {
  private(set) var records: [FeedRecord] = []
  private var offsets: [String: Int64] = [:]

  mutating func add(_ kind: FeedRecord.Kind, _ key: String, _ value: [UInt8]?) {
    let topic = "\(kind)"
    records.append(
      FeedRecord(
        kind, topic: topic, partition: 0, offset: offsets[topic, default: 0], key: key, value: value
      ))
    offsets[topic, default: 0] += 1
  }

  mutating func add(_ score: HealthScore, _ kind: FeedRecord.Kind = .score) {
    add(kind, score.account, written { HealthScoreEncoder.encode(score, into: &$0) })
  }

  mutating func add(_ alert: HealthAlert) {
    add(.alert, alert.account, written { HealthAlertEncoder.encode(alert, into: &$0) })
  }

  mutating func add(_ rollup: HealthRollup) {
    add(.rollup, rollup.segment, written { HealthRollupEncoder.encode(rollup, into: &$0) })
  }

  mutating func add(_ usage: AccountUsage) {
    add(.usage, usage.account, written { _ = AccountUsageEncoder.encode(usage, into: &$0) })
  }

  private func written(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    body(&writer)
    return writer.bytes
  }
}

func score(_ account: String, _ points: Double?, day number: Int = 0) -> HealthScore {
  var score = HealthScore(account: account, at: day(number), isFinal: true, policy: "test@1")
  score.score = points.map { Points($0) }
  score.band = points.map { $0 < 40 ? "red" : $0 < 70 ? "yellow" : "green" }
  score.tier = "mid"
  score.stage = "active"
  score.summary = "Everything about \(account) is as it was."
  return score
}

func alert(_ account: String, _ state: AlertState = .firing, day number: Int = 0) -> HealthAlert {
  let fingerprint = String(repeating: "0", count: 15) + "\(account.unicodeScalars.count % 10)"
  var alert = HealthAlert(
    fingerprint: fingerprint, account: account, rule: "silence", state: state, at: day(number))
  alert.summary = "Nothing was heard of \(account)."
  return alert
}

/// Runs `body` while a dashboard serves a store.
func serving(
  _ store: HistoryStore, hub: LiveHub = LiveHub(), token: String? = nil,
  limits: ServerLimits = ServerLimits(),
  feed: @escaping @Sendable () -> FeedState = { FeedState() },
  control: (@Sendable (AlertControl?, String) async -> String?)? = nil,
  _ body: (_ port: Int) async throws -> Void
) async throws {
  var context = DashboardContext(store: store, hub: hub, feed: feed, now: { day(10) })
  context.control = control
  let dashboard = try Dashboard(
    context, on: ListenAddress(host: "127.0.0.1", port: 0),
    token: token.flatMap { AccessToken($0) }, limits: limits, log: quiet)
  let address = try await dashboard.start()
  do { try await body(address.port) } catch {
    await dashboard.stop()
    throw error
  }
  await dashboard.stop()
}

func get(_ port: Int, _ path: String) async throws -> TestReply {
  try await TestClient.request(port, "GET " + path)
}

func json(_ reply: TestReply) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(reply.body.utf8)) as? [String: Any])
}
