internal import ThermoclineCore
internal import ThermoclineNotify

/// A sink with its secrets, ready to be used.
struct SinkSetup: Sendable {
  let name: String
  let kind: SinkKind
  let group: String
  let sink: any AlertSink
  let plan: Outbox.Plan
  let address: SinkAddress
  let timeout: TimeSpan
  private let token: NotifySecret?
  /// What a server may say back of a request, and nobody is to read.
  private let secrets: [String]

  private static let pagerDuty = "https://events.pagerduty.com/v2/enqueue"
  /// Shorter keys could be guessed.
  private static let keyBytesMin = 16

  /// Shorter texts stand in what servers say by chance.
  private static let secretBytesMin = 8

  /// Reads what the configuration names. Without an `environment` no secret is read: what needs one has a word in its
  /// place, so that requests can be shown.
  init(
    _ sink: NotifyConfiguration.Sink, of configuration: NotifyConfiguration,
    environment: ((_ name: String) -> String?)?
  ) throws(JobFailure) {
    func secret(_ source: SecretSource?, _ key: String) throws(JobFailure) -> NotifySecret? {
      guard let source else { return nil }
      guard let environment else {
        if case .plain(let text) = source { return NotifySecret(text) }
        return nil
      }
      return try source.read("sinks: \(sink.name).\(key)", environment: environment)
    }
    func refuse(_ key: String, _ text: String) -> JobFailure {
      JobFailure(.configuration, "sinks: \(sink.name).\(key): \(text)")
    }
    name = sink.name
    kind = sink.kind
    group = configuration.group(of: sink)
    timeout = sink.timeout
    let hidden = NotifySecret("(hidden)")
    let url = try secret(sink.url, "url")?.text
    let known = url ?? (sink.kind == .pagerduty ? Self.pagerDuty : "https://hidden.invalid/")
    guard let address = SinkAddress(known) else {
      throw refuse("url", "is no address; allowed: https://host/path, without a user")
    }
    self.address = address
    token = try secret(sink.token, "token") ?? (sink.token == nil ? nil : hidden)
    let key = try secret(sink.key, sink.kind == .pagerduty ? "routing_key" : "secret")
    let isAddressSecret = if case .plain = sink.url { false } else { sink.url != nil }
    let isSecret =
      sink.kind == .slack || sink.kind == .pagerduty || token != nil || isAddressSecret
    guard address.isEncrypted || address.isLoopback || !isSecret else {
      throw refuse("url", "would send a secret over http; allowed: https, or this machine")
    }
    if let token, token.text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
      throw refuse("token", "holds something else than visible ASCII characters")
    }
    if let key, key.text.utf8.count < Self.keyBytesMin {
      throw refuse(
        sink.kind == .pagerduty ? "routing_key" : "secret",
        "has fewer than \(Self.keyBytesMin) bytes")
    }
    secrets = [address.text, address.pathAndQuery, token?.text, key?.text]
      .compactMap { $0 }.filter { $0.utf8.count >= Self.secretBytesMin }
    var plan = Outbox.Plan()
    plan.filter = sink.filter
    plan.perMinute = sink.perMinute
    plan.burst = sink.burst
    plan.gather = sink.gather
    plan.retry = RetrySchedule(last: sink.retryMax)
    switch sink.kind {
    case .alertmanager:
      self.sink = AlertmanagerSink(
        holdsFor: sink.resolveTimeout, labels: sink.labels, link: configuration.link)
      // Two of three may fail before an alert ends there.
      plan.refresh = TimeSpan(milliseconds: sink.resolveTimeout.milliseconds / 3)
    case .pagerduty:
      self.sink = PagerDutySink(routingKey: key ?? hidden, link: configuration.link)
    case .slack: self.sink = SlackSink(link: configuration.link)
    case .webhook: self.sink = WebhookSink(key: key ?? (sink.key == nil ? nil : hidden))
    }
    self.plan = plan
  }

  /// The text of a server or a library, without this sink's secrets.
  func hiding(_ text: String) -> String {
    secrets.reduce(text) { $0.replacing($1, with: "(hidden)") }
  }

  /// All header fields of a request, in the clear.
  func headers(of request: SinkRequest) -> [(name: String, value: String)] {
    var headers = [
      (name: "content-type", value: "application/json"),
      (name: "user-agent", value: "thermocline/\(BuildInfo.version)"),
    ]
    if let token { headers.append(("authorization", "Bearer \(token.text)")) }
    return headers + request.headers
  }
}
