import Foundation
import Testing
import ThermoclineCore
import ThermoclineNotify
import ThermoclineTestKit

@testable import Thermocline

@Suite struct NotifyConfigurationFileTests {
  private func findings(_ lines: [String]) -> [String] {
    do throws(YAMLFileError) {
      _ = try NotifyConfigurationFile.read(lines.joined(separator: "\n"), file: "notify.yaml")
      return []
    } catch { return error.description.split(separator: "\n").map(String.init) }
  }

  @Test("the example has every key, with its default where there is one")
  func example() throws {
    let text = try String(
      contentsOf: packageRoot.appending(path: "deploy/config/notify.yaml"), encoding: .utf8)
    let read = try NotifyConfigurationFile.read(text, file: "deploy/config/notify.yaml")
    var expected = NotifyConfiguration()
    expected.link = AccountLink("https://crm.example/accounts/{account}")
    var alertmanager = NotifyConfiguration.Sink("alertmanager", .alertmanager)
    alertmanager.url = .plain("http://localhost:9093")
    alertmanager.labels = ["team": "customer-success"]
    var onCall = NotifyConfiguration.Sink("on-call", .pagerduty)
    onCall.url = .plain("https://events.pagerduty.com/v2/enqueue")
    onCall.key = .environment("PAGERDUTY_ROUTING_KEY")
    onCall.filter = AlertFilter(severityMin: .error, rules: ["drop:", "silence"])
    var team = NotifyConfiguration.Sink("team", .slack)
    team.url = .environment("SLACK_WEBHOOK_URL")
    var crm = NotifyConfiguration.Sink("crm", .webhook)
    crm.url = .plain("https://crm.example/hooks/thermocline")
    crm.key = .file("deploy/config/secrets/crm-key")
    crm.token = .file("deploy/config/secrets/crm-token")
    expected.sinks = [alertmanager, onCall, team, crm]
    #expect(read == expected)
    let keys = [
      "kafka", "topic", "start", "dead_letters", "link", "sinks", "server", "log", "name", "type",
      "url", "min_severity", "rules", "rate", "burst", "gather", "timeout", "retry_max", "token",
      "resolve_timeout", "labels", "routing_key", "secret",
    ]
    for key in keys { #expect(text.contains("\(key):"), "\(key)") }
  }

  @Test(
    "the file and what goes before it are checked by one rule: the notifier's own topics and no others"
  )
  func topics() throws {
    let sinks = "sinks: [{name: a, type: webhook, url: 'https://a.example/'}]"
    // A job writes to these; a notifier may read or write any of them.
    for text in ["topic: health-rollups", "topic: product-events", "dead_letters: health-scores"] {
      var configuration = try NotifyConfigurationFile.read("\(text)\n\(sinks)", file: "n.yaml")
      try configuration.apply([
        ConfigurationOverride(origin: "--brokers", key: "kafka.brokers", text: "b:1")
      ])
      #expect(configuration.base.kafka.brokers == "b:1")
    }
    let same = "is 'x', and so is topic; allowed: a topic of its own"
    #expect(
      findings(["topic: x", "dead_letters: x", sinks]) == ["notify.yaml:2: dead_letters: " + same])
    var configuration = NotifyConfiguration()
    (configuration.base.output.alerts, configuration.base.output.deadLetters) = ("x", "x")
    let error = #expect(throws: YAMLFileError.self) { try configuration.apply([]) }
    #expect(error?.description == "configuration: dead_letters: " + same)
  }

  @Test(
    "what is wrong is told with line, key and what would be right",
    arguments: [
      (["topic: a"], "notify.yaml:1: 'sinks' is missing; allowed: sinks: …"),
      (
        ["sinks: []"], "notify.yaml:1: sinks: has 0 entries; allowed: 1 to 16 sinks"
      ),
      (
        ["sinks:", "- name: a", "  type: slak"],
        "notify.yaml:3: sinks[0].type: is 'slak'; allowed: alertmanager, pagerduty, slack, webhook"
      ),
      (
        ["sinks:", "- name: a b", "  type: webhook", "  url: http://x/"],
        "notify.yaml:2: sinks[0].name: is 'a b'; allowed: 1 to 40 of the letters a-z 0-9 - _"
      ),
      (
        ["sinks:", "- name: a", "  type: webhook", "  url: http://x/", "  rate: 0"],
        "notify.yaml:5: sinks[0].rate: is 0; allowed: 1 to 6000"
      ),
      (
        ["sinks:", "- name: a", "  type: webhook"],
        "notify.yaml:2: sinks[0]: 'url' is missing; allowed: url: …"
      ),
      (
        ["topic: health alerts", "sinks:", "- {name: a, type: webhook, url: 'http://x/'}"],
        "notify.yaml:1: topic: is 'health alerts'; allowed: 1 to 249 of the letters A-Z a-z 0-9 . _ -"
      ),
      (
        ["link: 'javascript:alert(1)'", "sinks: []"],
        "notify.yaml:1: link: is 'javascript:alert(1)'; allowed: https://…{account}…, with {account} once"
      ),
    ])
  func wrong(lines: [String], finding: String) { #expect(findings(lines) == [finding]) }

  @Test("a key of another kind of sink, and a name that is there twice, are refused")
  func mixed() {
    let slack = ["sinks:", "- {name: a, type: slack, url: {env: U}, secret: {env: S}}"]
    #expect(findings(slack).first?.contains("unknown key 'secret'") == true)
    let twice = [
      "sinks:", "- {name: a, type: slack, url: {env: U}}",
      "- {name: a, type: slack, url: {env: U}}",
    ]
    #expect(findings(twice).first?.hasPrefix("notify.yaml:3: sinks[1]: is called 'a'") == true)
  }

  @Test("a secret that stands in the file is refused and never shown")
  func secrets() {
    let secret = "hunter2-hunter2-hunter2"
    for lines in [
      ["sinks:", "- {name: a, type: pagerduty, routing_key: \(secret)}"],
      ["sinks:", "- {name: a, type: slack, url: 'https://hooks.example/\(secret)'}"],
      ["sinks:", "- {name: a, type: webhook, url: 'https://x/', secret: [\(secret)]}"],
      ["sinks:", "- {name: a, type: webhook, url: 'https://x/', token: {\(secret): a}}"],
    ] {
      let found = findings(lines)
      #expect(found.count == 1)
      #expect(!found.joined().contains("hunter2"), "\(found)")
    }
  }

  @Test(
    "addresses",
    arguments: [
      ("https://hooks.example/a/b?c=d", "https://hooks.example/…"),
      ("http://127.0.0.1:9093", "http://127.0.0.1:9093/…"),
      ("https://[::1]:8443/x", "https://[::1]:8443/…"),
      ("https://user:hunter2@x/", nil), ("ftp://x/", nil), ("https://", nil), ("https://x/#a", nil),
      ("https://x/ y", nil), ("https://x:99999/", nil),
    ])
  func addresses(text: String, shown: String?) {
    #expect(SinkAddress(text).map { "\($0)" } == shown)
  }

  @Test("a dry run shows each request, a storm as a digest, and no secret")
  func dryRun() throws {
    let folder = try TemporaryFolder()
    let text = try String(
      contentsOf: packageRoot.appending(path: "deploy/config/notify.yaml"), encoding: .utf8)
    let configuration = try NotifyConfigurationFile.read(text, file: "notify.yaml")
    var lines: [String] = []
    for number in 0..<40 {
      let time = number < 30 ? "2026-01-01T00:00:00.000Z" : "2026-02-\(number - 20)T00:00:00.000Z"
      lines.append(
        #"{"fingerprint":"00000000000000\#(number + 10)","account":"acct-\#(number)","rule":"silence","state":"firing","severity":"error","at":"\#(time)","startsAt":"\#(time)"}"#
      )
    }
    let path = try folder.file("alerts.ndjson", lines: lines)
    var shown: [[String: Any]] = []
    try NotifyDryRun(configuration).run(file: path) { line in
      shown.append(
        (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any] ?? [:])
    }
    let bySink = Dictionary(grouping: shown) { $0["sink"] as? String ?? "" }
    #expect(
      bySink.mapValues(\.count) == ["alertmanager": 11, "on-call": 11, "team": 11, "crm": 11])
    let event = try #require(bySink["on-call"]?.last?["body"] as? [String: Any])
    #expect(event["routing_key"] as? String == "(hidden)")
    let headers = try #require(bySink["crm"]?.first?["headers"] as? [String: String])
    #expect(
      headers["authorization"] == "(hidden)" && headers["thermocline-signature"] == "(hidden)")
  }
}
