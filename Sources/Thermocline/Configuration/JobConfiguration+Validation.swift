internal import ThermoclineServer

extension JobConfiguration {
  /// What is wrong with the values as names: brokers, group and topics. Numbers and spans are checked where
  /// they are read. Lines are nil.
  func findings() -> [YAMLFileError.Finding] {
    var findings = connectionFindings()
    if let finding = input.finding() {
      findings.append(
        .init(
          line: nil, key: "input.\(finding.key)", problem: finding.text,
          allowed: "see docs/formats.md"))
    }
    let topics =
      inputTopics.map { ("input.topics", $0) } + [
        ("output.scores", output.scores), ("output.changes", output.changes),
        ("output.alerts", output.alerts), ("output.rollups", output.rollups),
        ("output.dead_letters", output.deadLetters),
        ("output.usage", output.usage),
      ] + (profiles.topic.map { [("profiles.topic", $0)] } ?? [])
      + (overridesTopic.map { [("overrides.topic", $0)] } ?? [])
      + (controlsTopic.map { [("alert_controls.topic", $0)] } ?? [])
      + (checkpoints.topic.map { [("checkpoints.topic", $0)] } ?? [])
      + (segmentsTopic.map { [("segments.topic", $0)] } ?? [])
    return findings + Self.findings(topics: topics)
  }

  /// Those of brokers, instance and server.
  func connectionFindings() -> [YAMLFileError.Finding] {
    var findings: [YAMLFileError.Finding] = []
    func refuse(_ key: String, _ problem: String, _ allowed: String) {
      findings.append(.init(line: nil, key: key, problem: problem, allowed: allowed))
    }
    let addresses = kafka.brokers.split(separator: ",", omittingEmptySubsequences: false)
    if !addresses.allSatisfy(Self.isAddress) {
      refuse("kafka.brokers", "is '\(kafka.brokers)'", "host:port, separated by commas")
    }
    if let instance = kafka.instance, !Self.isTopic(instance) {
      refuse("kafka.instance", "is '\(instance)'", "1 to 249 of the letters A-Z a-z 0-9 . _ -")
    }
    if server.token != nil, server.tokenFile != nil {
      refuse("server.token_file", "is set, and so is server.token", "one of them")
    }
    if let listen = server.listen, !listen.isLoopback, server.token == nil, server.tokenFile == nil
    {
      refuse(
        "server.listen", "is \(listen), which other machines can reach, without a token",
        "127.0.0.1, or server.token_file too")
    }
    for (key, file, other, otherFile) in [
      ("certificate_file", server.certificateFile, "key_file", server.keyFile),
      ("key_file", server.keyFile, "certificate_file", server.certificateFile),
    ] where file != nil && otherFile == nil {
      refuse("server.tls.\(key)", "is set, and server.tls.\(other) is not", "both or neither")
    }
    return findings
  }

  /// Those of topics: the key and the name of each.
  static func findings(topics: [(String, String)]) -> [YAMLFileError.Finding] {
    var findings: [YAMLFileError.Finding] = []
    func refuse(_ key: String, _ problem: String, _ allowed: String) {
      findings.append(.init(line: nil, key: key, problem: problem, allowed: allowed))
    }
    // The key that has taken each topic.
    var owners: [String: String] = [:]
    for (key, topic) in topics {
      if !isTopic(topic) {
        refuse(key, "is '\(topic)'", "1 to 249 of the letters A-Z a-z 0-9 . _ -")
      } else if let owner = owners.updateValue(key, forKey: topic) {
        refuse(key, "is '\(topic)', and so is \(owner)", "a topic of its own")
      }
    }
    return findings
  }

  private static func isTopic(_ name: String) -> Bool {
    (1...249).contains(name.utf8.count) && name != "." && name != ".."
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
  }

  /// `host:port`, also `PROTOCOL://host:port`.
  private static func isAddress(_ address: Substring) -> Bool {
    guard let colon = address.lastIndex(of: ":"), colon != address.startIndex,
      let port = UInt16(address[address.index(after: colon)...]), port > 0
    else { return false }
    return address[..<colon].allSatisfy { $0.isASCII && !$0.isWhitespace }
  }
}
