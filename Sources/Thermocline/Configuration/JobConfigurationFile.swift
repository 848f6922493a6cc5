internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineServer
internal import Yams

/// A job's configuration as a YAML file. Keys that are not there keep the compiled default.
package enum JobConfigurationFile {
  /// Reads and validates. `file` is the name errors show; relative paths in it are relative to its folder.
  package static func read(_ text: String, file: String) throws(YAMLFileError) -> JobConfiguration {
    let root = try YAMLFile.parse(text, file)
    var configuration = JobConfiguration()
    do throws(YAMLFinding) {
      try read(YAMLNode(node: root, path: ""), into: &configuration)
    } catch {
      throw YAMLFileError(file: file, findings: [error.finding])
    }
    let findings = configuration.findings().map { finding in
      var finding = finding
      finding.line = YAMLFile.line(of: finding.key, in: root)
      return finding
    }
    guard findings.isEmpty else { throw YAMLFileError(file: file, findings: findings) }
    configuration.policy = configuration.policy.map { path($0, besides: file) }
    configuration.profiles.file = configuration.profiles.file.map { path($0, besides: file) }
    configuration.checkpoints.cache = configuration.checkpoints.cache.map {
      path($0, besides: file)
    }
    configuration.server.settle(besides: file, root)
    return configuration
  }

  /// Takes the keys that are there; the others keep what the configuration has.
  static func read(
    _ root: YAMLNode, into result: inout JobConfiguration
  ) throws(YAMLFinding) {
    let map = try root.map([
      "kafka", "input", "output", "policy", "policy_poll", "profiles", "overrides",
      "alert_controls", "segments", "time", "processing", "checkpoints", "server", "log",
    ])
    if let node = map["kafka"] { try read(node, into: &result.kafka) }
    if let node = map["input"] {
      let input = try node.map([
        "topics", "format", "account_group", "mapping", "deduplicate", "deduplicate_ids_max",
        "users_max", "hold_unresolved",
      ])
      if let node = input["topics"] {
        result.inputTopics = try node.names()
        if result.inputTopics.isEmpty { throw node.refuse("is empty", "one or more topics") }
      }
      try read(input, into: &result.input)
      try read(input, into: &result.intake)
    }
    if let node = map["output"] { try read(node, into: &result.output) }
    if let node = map["policy"] { result.policy = node.isNull ? nil : try node.name() }
    if let node = map["policy_poll"] { result.policyPoll = try node.span(.zero ... .days(1)) }
    if let node = map["profiles"] {
      if case .scalar = node.node, !node.isNull {
        throw node.refuse("is a text, as in versions before 0.1", "profiles: {file: …}")
      }
      let map = try node.map(["file", "topic"])
      if let node = map["file"] { result.profiles.file = node.isNull ? nil : try node.name() }
      if let node = map["topic"] { result.profiles.topic = node.isNull ? nil : try node.name() }
    }
    if let node = map["overrides"] {
      let map = try node.map(["topic"])
      if let node = map["topic"] { result.overridesTopic = node.isNull ? nil : try node.name() }
    }
    if let node = map["alert_controls"] {
      let map = try node.map(["topic"])
      if let node = map["topic"] { result.controlsTopic = node.isNull ? nil : try node.name() }
    }
    if let node = map["segments"] {
      let map = try node.map(["topic"])
      if let node = map["topic"] { result.segmentsTopic = node.isNull ? nil : try node.name() }
    }
    if let node = map["time"] { try read(node, into: &result.time) }
    if let node = map["processing"] { try read(node, into: &result.processing) }
    if let node = map["checkpoints"] { try read(node, into: &result.checkpoints) }
    if let node = map["server"] { try read(node, into: &result.server) }
    if let node = map["log"] {
      let log = try node.map(["level", "format"])
      if let node = log["level"] { result.logLevel = try node.word(JobConfiguration.LogLevel.self) }
      if let node = log["format"] {
        result.logFormat = try node.word(JobConfiguration.LogFormat.self)
      }
    }
  }

  private static func read(
    _ node: YAMLNode, into kafka: inout JobConfiguration.Kafka
  ) throws(YAMLFinding) {
    let map = try node.map(["brokers", "group", "instance", "properties"])
    if let node = map["brokers"] { kafka.brokers = try node.name() }
    if let node = map["group"] { kafka.group = try node.name() }
    if let node = map["instance"] { kafka.instance = node.isNull ? nil : try node.name() }
    if let node = map["properties"] {
      for (key, value) in try node.entries() {
        if let instead = OwnedProperties.instead(of: key) {
          throw value.refuse("is the job's own business", instead)
        }
        kafka.properties[key] = try property(value)
      }
    }
  }

  /// A property's value, or the first line of the file that stands for it: `{file: /run/secrets/kafka}`.
  private static func property(_ node: YAMLNode) throws(YAMLFinding) -> String {
    guard case .mapping = node.node else { return try node.name() }
    guard let place = try node.map(["file"])["file"] else {
      throw node.refuse("names no file", "a value, or file: and an absolute path")
    }
    let path = try place.name()
    guard path.hasPrefix("/") else { throw place.refuse("is '\(path)'", "an absolute path") }
    let line: String
    do throws(FileReadError) { line = try readFirstLine(path) } catch {
      throw place.refuse("cannot be read: \(error.reason)", "a file that this process may read")
    }
    guard !line.isEmpty else {
      throw place.refuse("has an empty first line", "a file that begins with the value")
    }
    return line
  }

  private static func read(
    _ map: YAMLMap, into intake: inout JobConfiguration.Intake
  ) throws(YAMLFinding) {
    if let node = map["deduplicate"] { intake.deduplicate = try node.span(.zero ... .days(30)) }
    if let node = map["deduplicate_ids_max"] {
      intake.deduplicateIDsMax = try node.whole(1_000...100_000_000)
    }
    if let node = map["users_max"] { intake.usersMax = try node.whole(0...100_000_000) }
    if let node = map["hold_unresolved"] {
      intake.holdUnresolved = try node.span(.zero ... .days(1))
    }
  }

  private static func read(
    _ map: YAMLMap, into input: inout InputSettings
  ) throws(YAMLFinding) {
    if let node = map["format"] {
      input.format = try node.word(InputFormat.self)
      if input.format == .csv {
        throw node.refuse(
          "is csv, which needs a file's header", "a format of messages; csv is for replay")
      }
    }
    if let node = map["account_group"] { input.accountGroup = try node.name() }
    if let node = map["mapping"] {
      let fields = try node.map(EventField.allCases.map(\.rawValue))
      for field in EventField.allCases {
        if let node = fields[field.rawValue] { input.mapping.sources[field] = try node.name() }
      }
    }
  }

  private static func read(
    _ node: YAMLNode, into output: inout JobConfiguration.Output
  ) throws(YAMLFinding) {
    let map = try node.map([
      "scores", "changes", "alerts", "rollups", "dead_letters", "usage", "encoding",
    ])
    if let node = map["scores"] { output.scores = try node.name() }
    if let node = map["changes"] { output.changes = try node.name() }
    if let node = map["alerts"] { output.alerts = try node.name() }
    if let node = map["rollups"] { output.rollups = try node.name() }
    if let node = map["usage"] { output.usage = try node.name() }
    if let node = map["dead_letters"] { output.deadLetters = try node.name() }
    if let node = map["encoding"] { output.encoding = try node.word(ValueEncoding.self) }
  }

  private static func read(
    _ node: YAMLNode, into time: inout JobConfiguration.Time
  ) throws(YAMLFinding) {
    let map = try node.map([
      "out_of_orderness", "allowed_lateness", "future_tolerance", "idle_after", "forget_after",
    ])
    if let node = map["out_of_orderness"] {
      time.outOfOrderness = try node.span(.zero ... .days(7))
    }
    if let node = map["allowed_lateness"] {
      time.allowedLateness = try node.span(.zero ... .days(30))
    }
    if let node = map["future_tolerance"] {
      time.futureTolerance = try node.span(.zero ... .days(7))
    }
    if let node = map["idle_after"] { time.idleAfter = try node.span(.zero ... .days(1)) }
    if let node = map["forget_after"] {
      time.forgetAfter = try node.span(.days(1) ... .days(3_650))
    }
  }

  private static func read(
    _ node: YAMLNode, into processing: inout JobConfiguration.Processing
  ) throws(YAMLFinding) {
    let map = try node.map([
      "shards", "guarantee", "commit_interval", "accounts_max", "bytes_max", "publish_min_change",
    ])
    if let node = map["shards"] { processing.shards = try node.whole(0...64) }
    if let node = map["guarantee"] {
      processing.guarantee = try node.word(DeliveryGuarantee.self)
    }
    if let node = map["commit_interval"] {
      processing.commitInterval = try node.span(TimeSpan(milliseconds: 10) ... .seconds(60))
    }
    if let node = map["accounts_max"] { processing.accountsMax = try node.whole(1...100_000_000) }
    if let node = map["bytes_max"] { processing.bytesMax = try node.whole(1 << 20...1 << 40) }
    if let node = map["publish_min_change"] {
      processing.publishMinChange = try node.number()
      guard (0...100).contains(processing.publishMinChange) else {
        throw node.refuse("is out of range", "0 to 100 points")
      }
    }
  }

  private static func read(
    _ node: YAMLNode, into checkpoints: inout JobConfiguration.Checkpoints
  ) throws(YAMLFinding) {
    let map = try node.map(["topic", "interval", "cache"])
    if let node = map["topic"] { checkpoints.topic = node.isNull ? nil : try node.name() }
    if let node = map["interval"] {
      checkpoints.interval = try node.span(.seconds(10) ... .days(1))
    }
    if let node = map["cache"] { checkpoints.cache = node.isNull ? nil : try node.name() }
  }

  private static func read(
    _ node: YAMLNode, into server: inout JobConfiguration.Server
  ) throws(YAMLFinding) {
    let map = try node.map(["listen", "token", "token_file", "tls"])
    if let node = map["listen"] {
      let text = try node.name()
      server.listen = ListenAddress(text)
      guard server.listen != nil || text == "none" else {
        throw node.refuse("is '\(text)'", "host:port, for example 127.0.0.1:9600, or none")
      }
    }
    if let node = map["token"] {
      server.token = node.isNull ? nil : AccessToken(try node.name())
      guard node.isNull || server.token != nil else {
        // What stands there may be a secret.
        throw node.refuse(
          "is no token",
          AccessToken.allowed)
      }
    }
    if let node = map["token_file"] { server.tokenFile = node.isNull ? nil : try node.name() }
    if let node = map["tls"] {
      let map = try node.map(["certificate_file", "key_file"])
      if let node = map["certificate_file"] { server.certificateFile = try node.file() }
      if let node = map["key_file"] { server.keyFile = try node.file() }
    }
  }

  /// A path that stands in a file: relative ones are relative to its folder.
  static func path(_ path: String, besides file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }
}

extension YAMLNode {
  /// A text that is not empty.
  func name() throws(YAMLFinding) -> String {
    let text = try string()
    guard !isNull, !text.isEmpty else { throw refuse("is empty", "a name") }
    return text
  }

  /// A path, named by its key; nil for null.
  fileprivate func file() throws(YAMLFinding) -> ConfiguredFile? {
    isNull ? nil : ConfiguredFile(try name(), origin: path)
  }

  /// A list of texts; a single text is taken apart at its commas.
  fileprivate func names() throws(YAMLFinding) -> [String] {
    guard case .scalar(let scalar) = node, !isNull else { return try strings() }
    return scalar.string.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// A span in a range.
  func span(_ range: ClosedRange<TimeSpan>) throws(YAMLFinding) -> TimeSpan {
    let span = try span()
    guard range.contains(span) else {
      throw refuse("is \(span)", "\(range.lowerBound) to \(range.upperBound)")
    }
    return span
  }

  /// A whole number in a range.
  func whole(_ range: ClosedRange<Int>) throws(YAMLFinding) -> Int {
    let number = try whole()
    guard range.contains(number) else {
      throw refuse("is \(number)", "\(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
