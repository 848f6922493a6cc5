internal import ThermoclineCore
internal import ThermoclineNotify
internal import Yams

/// A notifier's configuration as a YAML file. Keys that are not there keep the compiled default.
package enum NotifyConfigurationFile {
  /// Reads and validates. `file` is the name errors show; relative paths in it are relative to its folder.
  package static func read(
    _ text: String, file: String
  ) throws(YAMLFileError) -> NotifyConfiguration {
    let root = try YAMLFile.parse(text, file)
    var result = NotifyConfiguration()
    do throws(YAMLFinding) {
      try read(YAMLNode(node: root, path: ""), into: &result, file)
    } catch {
      throw YAMLFileError(file: file, findings: [error.finding])
    }
    let findings = result.findings().map { finding in
      var finding = finding
      finding.line = YAMLFile.line(of: finding.key, in: root)
      return finding
    }
    guard findings.isEmpty else { throw YAMLFileError(file: file, findings: findings) }
    result.base.server.settle(besides: file, root)
    return result
  }

  private static func read(
    _ root: YAMLNode, into result: inout NotifyConfiguration, _ file: String
  ) throws(YAMLFinding) {
    let map = try root.map([
      "kafka", "topic", "start", "dead_letters", "link", "sinks", "server", "log",
    ])
    let parts = ["kafka", "server", "log"].compactMap { name in
      map[name].map { (Node(name), $0.node) }
    }
    if !parts.isEmpty {
      try JobConfigurationFile.read(YAMLNode(node: Node(parts), path: ""), into: &result.base)
    }
    if let node = map["topic"] { result.base.output.alerts = try node.name() }
    if let node = map["dead_letters"] { result.base.output.deadLetters = try node.name() }
    if let node = map["start"] { result.start = try node.word(NotifyConfiguration.Start.self) }
    if let node = map["link"], !node.isNull {
      let text = try node.name()
      result.link = AccountLink(text)
      guard result.link != nil else {
        throw node.refuse("is '\(text)'", "https://…{account}…, with {account} once")
      }
    }
    let sinks = try map.required("sinks")
    let list = try sinks.list()
    guard (1...NotifyLimits.sinksMax).contains(list.count) else {
      throw sinks.refuse("has \(list.count) entries", "1 to \(NotifyLimits.sinksMax) sinks")
    }
    for node in list {
      let sink = try sink(node, file)
      guard !result.sinks.contains(where: { $0.name == sink.name }) else {
        throw node.refuse("is called '\(sink.name)' as one before it", "a name of its own")
      }
      result.sinks.append(sink)
    }
  }

  private static let common = [
    "name", "type", "url", "min_severity", "rules", "rate", "burst", "gather", "timeout",
    "retry_max",
  ]
  /// What each kind has besides.
  private static let own: [SinkKind: [String]] = [
    .alertmanager: ["token", "resolve_timeout", "labels"], .pagerduty: ["routing_key"],
    .slack: [], .webhook: ["secret", "token"],
  ]

  private static func sink(
    _ node: YAMLNode, _ file: String
  ) throws(YAMLFinding) -> NotifyConfiguration.Sink {
    let all = try node.map(common + Set(own.values.joined()).sorted())
    let kind = try all.required("type").word(SinkKind.self)
    let map = try node.map(common + (own[kind] ?? []))
    let nameNode = try map.required("name")
    let name = try nameNode.name()
    guard (1...40).contains(name.utf8.count),
      name.allSatisfy({
        $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-" || $0 == "_")
      })
    else { throw nameNode.refuse("is '\(name)'", "1 to 40 of the letters a-z 0-9 - _") }
    var sink = NotifyConfiguration.Sink(name, kind)
    // The address of a chat is what lets one write there.
    if let node = map["url"] { sink.url = try secret(node, file, mayBePlain: kind != .slack) }
    if let node = map["routing_key"] ?? map["secret"] { sink.key = try secret(node, file) }
    if let node = map["token"] { sink.token = try secret(node, file) }
    if kind != .pagerduty, sink.url == nil { _ = try map.required("url") }
    if kind == .pagerduty, sink.key == nil { _ = try map.required("routing_key") }
    if let node = map["min_severity"] { sink.filter.severityMin = try node.word(Severity.self) }
    if let node = map["rules"] { sink.filter.rules = try node.strings() }
    if let node = map["rate"] { sink.perMinute = try node.whole(1...6_000) }
    if let node = map["burst"] { sink.burst = try node.whole(1...1_000) }
    if let node = map["gather"] { sink.gather = try node.span(.zero ... .minutes(5)) }
    if let node = map["timeout"] { sink.timeout = try node.span(.seconds(1) ... .seconds(60)) }
    if let node = map["retry_max"] { sink.retryMax = try node.span(.seconds(1) ... .hours(1)) }
    if let node = map["resolve_timeout"] {
      sink.resolveTimeout = try node.span(.seconds(30) ... .days(1))
    }
    if let node = map["labels"] { sink.labels = try labels(node) }
    return sink
  }

  /// Names as Prometheus has them.
  private static func labels(_ node: YAMLNode) throws(YAMLFinding) -> [String: String] {
    var labels: [String: String] = [:]
    for (name, value) in try node.entries() {
      guard let first = name.utf8.first, !(0x30...0x39).contains(first),
        name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
      else { throw value.refuse("'\(name)' is no label", "letters A-Z a-z 0-9 _, no digit first") }
      labels[name] = try value.name()
    }
    return labels
  }

  /// What stands there is never shown: it may be the secret itself.
  private static func secret(
    _ node: YAMLNode, _ file: String, mayBePlain: Bool = false
  ) throws(YAMLFinding) -> SecretSource {
    let allowed = "{env: NAME} or {file: PATH}" + (mayBePlain ? ", or an address" : "")
    if case .scalar = node.node {
      guard mayBePlain, !node.isNull else {
        throw node.refuse("is a secret, which has no place in this file", allowed)
      }
      return .plain(try node.name())
    }
    guard case .mapping(let mapping) = node.node, mapping.count == 1,
      let key = mapping.keys.first?.string, ["env", "file"].contains(key)
    else { throw node.refuse("does not say where it stands", allowed) }
    let map = try node.map(["env", "file"])
    if let name = map["env"] { return .environment(try name.name()) }
    return .file(JobConfigurationFile.path(try map.required("file").name(), besides: file))
  }
}
