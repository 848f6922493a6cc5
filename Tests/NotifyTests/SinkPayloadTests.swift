import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineNotify
import ThermoclineTestKit

/// Requests against what each API documents; the fields are spelled out here, not taken from the code.
@Suite struct SinkPayloadTests {
  private func single(_ kind: AlertChange.Kind, _ alert: HealthAlert) -> Shipment {
    Shipment(.single, [AlertChange(kind, alert)])
  }

  // MARK: Alertmanager (api/v2/openapi.yaml: postableAlerts)

  @Test func alertmanagerTakesAListOfPostableAlerts() throws {
    let sink = AlertmanagerSink(
      holdsFor: .minutes(5), labels: ["team": "success", "account": "overridden"],
      link: AccountLink("https://crm.example/a/{account}?x=1"))
    let request = sink.request(for: single(.opened, alert(1)), at: noon)
    #expect(request.path == "/api/v2/alerts")
    let list = try #require(try json(request) as? [[String: Any]])
    #expect(list.count == 1)
    let one = list[0]
    #expect(
      Set(one.keys) == ["labels", "annotations", "startsAt", "endsAt", "generatorURL"])
    #expect(
      one["labels"] as? [String: String] == [
        "alertname": "drop:events_7d", "account": "acct-1", "severity": "error", "tier": "mid",
        "stage": "active", "fingerprint": "0000000000000001", "source": "thermocline",
        "team": "success",
      ])
    let annotations = try #require(one["annotations"] as? [String: String])
    #expect(annotations["summary"] == "Events fell 37 % against the same weekdays.")
    #expect(annotations["value"] == "412" && annotations["expected"] == "655")
    #expect(one["startsAt"] as? String == "2026-01-01T00:00:00.000Z")
    #expect(one["endsAt"] as? String == "2026-01-01T12:05:00.000Z")
    #expect(one["generatorURL"] as? String == "https://crm.example/a/acct-1?x=1")
  }

  @Test func alertmanagerGetsTheRealEnd() throws {
    let request = AlertmanagerSink().request(
      for: single(.resolved, alert(1, .resolved, days: 1)), at: noon + .days(2))
    let one = try #require((try json(request) as? [[String: Any]])?.first)
    #expect(one["endsAt"] as? String == "2026-01-02T00:00:00.000Z")
    // An end that lies ahead of the clock would let it stand.
    let early = AlertmanagerSink().request(
      for: single(.resolved, alert(1, .resolved, days: 1)), at: noon)
    let other = try #require((try json(early) as? [[String: Any]])?.first)
    #expect(other["endsAt"] as? String == "2026-01-01T12:00:00.000Z")
  }

  @Test("labels name an alert there: when they change, the one before ends")
  func alertmanagerLabelsChange() throws {
    let change = AlertChange(
      .escalated, alert(1, severity: .critical), before: AlertMark(alert(1, severity: .warning)))
    let request = AlertmanagerSink().request(for: Shipment(.batch, [change]), at: noon)
    let list = try #require(try json(request) as? [[String: Any]])
    #expect(
      list.map { ($0["labels"] as? [String: String])?["severity"] } == ["warning", "critical"])
    #expect(
      list.map { $0["endsAt"] as? String } == [
        "2026-01-01T12:00:00.000Z", "2026-01-01T12:05:00.000Z",
      ])
  }

  // MARK: PagerDuty (Events API v2: Send an alert event)

  @Test func pagerDutyTriggers() throws {
    let sink = PagerDutySink(
      routingKey: NotifySecret("0123456789abcdef0123456789abcdef"),
      link: AccountLink("https://crm.example/{account}"))
    let event = try #require(
      try json(sink.request(for: single(.opened, alert(255)), at: noon)) as? [String: Any])
    #expect(
      Set(event.keys) == [
        "routing_key", "event_action", "dedup_key", "client", "client_url", "payload", "links",
      ])
    #expect(event["routing_key"] as? String == "0123456789abcdef0123456789abcdef")
    #expect(event["event_action"] as? String == "trigger")
    #expect(event["dedup_key"] as? String == "thermocline-00000000000000ff")
    #expect(
      event["links"] as? [[String: String]] == [
        ["href": "https://crm.example/acct-255", "text": "The account"]
      ])
    let payload = try #require(event["payload"] as? [String: Any])
    #expect(
      payload["summary"] as? String
        == "acct-255: drop:events_7d: Events fell 37 % against the same weekdays.")
    #expect(payload["source"] as? String == "acct-255")
    #expect(payload["severity"] as? String == "error")
    #expect(payload["timestamp"] as? String == "2026-01-01T00:00:00.000Z")
    #expect(payload["component"] as? String == "drop:events_7d")
    #expect(payload["group"] as? String == "mid")
    #expect(payload["class"] as? String == "drop")
    let details = try #require(payload["custom_details"] as? [String: String])
    #expect(details["drop"] == "0.371" && details["revenue"] == "1800")
  }

  @Test(arguments: [
    (AlertChange.Kind.opened, "trigger"), (.escalated, "trigger"),
    (.acknowledged, "acknowledge"), (.resolved, "resolve"),
  ])
  func pagerDutyActions(kind: AlertChange.Kind, action: String) throws {
    let sink = PagerDutySink(routingKey: NotifySecret("k"))
    let event = try #require(
      try json(sink.request(for: single(kind, alert(1)), at: noon)) as? [String: Any])
    #expect(event["event_action"] as? String == action)
    #expect(event["dedup_key"] as? String == "thermocline-0000000000000001")
  }

  @Test("severities are those that PagerDuty knows", arguments: Severity.allCases)
  func pagerDutySeverities(severity: Severity) throws {
    #expect(["critical", "error", "warning", "info"].contains(severity.rawValue))
  }

  // MARK: Slack (incoming webhooks: text with mark-up)

  @Test func slackSaysItInText() throws {
    let sink = SlackSink(link: AccountLink("https://crm.example/{account}?a=1&b=2"))
    let message = try #require(
      try json(sink.request(for: single(.opened, alert(1)), at: noon)) as? [String: Any])
    #expect(Set(message.keys) == ["text", "unfurl_links", "unfurl_media"])
    #expect(message["unfurl_links"] as? Bool == false)
    #expect(
      message["text"] as? String == """
        *ERROR* `acct-1` `drop:events_7d`
        Events fell 37 % against the same weekdays.
        412 of 655 expected, -37.1 % · mid · active · revenue 1800 · since 2026-01-01
        <https://crm.example/acct-1?a=1&amp;b=2|Look at the account>
        """)
  }

  // MARK: Webhook

  @Test func webhookCarriesTheAlertAsItIs() throws {
    let sink = WebhookSink(key: NotifySecret("0123456789abcdef"))
    let request = sink.request(for: single(.opened, alert(1)), at: noon)
    let body = try #require(try json(request) as? [String: Any])
    #expect(Set(body.keys) == ["version", "id", "changes"])
    #expect(body["version"] as? Int == 1)
    let changes = try #require(body["changes"] as? [[String: Any]])
    let id = "0000000000000001-1767225600000-opened"
    #expect(body["id"] as? String == id && changes[0]["id"] as? String == id)
    #expect(changes[0]["change"] as? String == "opened")
    let inside = try JSONSerialization.data(withJSONObject: changes[0]["alert"]!)
    #expect(try HealthAlertDecoder.decode(Array(inside)) == alert(1))
    let fields = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
    #expect(fields["idempotency-key"] == id)
    #expect(
      fields["thermocline-signature"]
        == WebhookSignature.value(
          body: request.body, key: Array("0123456789abcdef".utf8), at: noon))
    // Later attempts differ in the time of their signature only.
    let later = sink.request(for: single(.opened, alert(1)), at: noon + .minutes(1))
    #expect(later.body == request.body && later != request)
  }

  @Test func anUnsignedWebhookHasNoSignature() {
    let request = WebhookSink(key: nil).request(for: single(.opened, alert(1)), at: noon)
    #expect(request.headers.map(\.name) == ["idempotency-key"])
  }

  // MARK: Names of strangers

  private func hostile(_ name: String) -> HealthAlert {
    var alert = alert(1)
    alert.account = name
    alert.rule = name
    alert.summary = name
    alert.user = name
    alert.tier = name
    alert.stage = name
    alert.fingerprint = name
    return alert
  }

  @Test("people read names that are short, safe and mean nothing", arguments: hostileNames)
  func names(name: String) throws {
    let sinks: [any AlertSink] = [
      AlertmanagerSink(), PagerDutySink(routingKey: NotifySecret("k")), SlackSink(),
    ]
    for sink in sinks {
      for shipment in [
        single(.opened, hostile(name)),
        Shipment(.digest, (0..<50).map { _ in AlertChange(.opened, hostile(name)) }),
      ] {
        let request = sink.request(for: shipment, at: noon)
        let text = String(decoding: request.body, as: UTF8.self)
        _ = try json(request)
        #expect(request.body.count < 140_000)
        let unsafe = text.unicodeScalars.first { scalar in
          scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        }
        #expect(unsafe == nil)
        #expect(!text.contains("\u{0300}\u{0301}\u{0302}"))
      }
    }
  }

  @Test(
    "in a chat nobody is called and nothing is a link, an image or mark-up", arguments: hostileNames
  )
  func chat(name: String) throws {
    for shipment in [
      single(.opened, hostile(name)),
      Shipment(.digest, (0..<50).map { _ in AlertChange(.opened, hostile(name)) }),
    ] {
      let message = try #require(
        try json(SlackSink().request(for: shipment, at: noon)) as? [String: Any])
      let text = try #require(message["text"] as? String)
      #expect(text.utf8.count <= 4_000)
      #expect(!text.contains("<") && !text.contains(">"))
      // Outside of code, too, for those who take `@channel` for a mention.
      let words = text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined()
      #expect(!words.contains("@channel") && !words.contains("@here") && !words.contains("](h"))
      #expect(!words.contains("://"))
      // What would be bold, set apart or struck through is held apart from what is around it.
      // The heading is ours and bold.
      let scalars = Array(words.replacing(/^\*[^*]*\*/, with: "").unicodeScalars)
      let isMarkUp = scalars.indices.contains { index in
        "*_~".unicodeScalars.contains(scalars[index])
          && (index == 0 || scalars[index - 1] != "\u{2060}"
            || index + 1 < scalars.count && scalars[index + 1] != "\u{2060}")
      }
      #expect(!isMarkUp, "\(text)")
    }
  }

  @Test func aFingerprintOfStrangersIsNeverAKey() {
    var alert = alert(1)
    alert.fingerprint = String(repeating: "f", count: 10_000)
    #expect(AlertChange(.opened, alert).key.utf8.count == 32)
  }

  @Test func linksTakeOnlyNamesThatAreNames() {
    let link = AccountLink("https://crm.example/{account}")
    var alert = alert(1)
    alert.account = "a b/../ü?&|>"
    #expect(link?.url(alert) == "https://crm.example/a%20b%2F..%2F%C3%BC%3F%26%7C%3E")
    alert.account = ""
    #expect(link?.url(alert) == nil)
    alert.account = String(repeating: "x", count: 10_240)
    #expect(link?.url(alert) == nil)
    for wrong in ["https://crm.example/", "javascript:{account}", "https://a|b/{account}"] {
      #expect(AccountLink(wrong) == nil)
    }
  }
}
