internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineHealth
package import ThermoclineKafka
internal import ThermoclineWindows

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension JobConfiguration {
  /// Where the brokers are, and how to talk to them.
  package var kafkaSettings: KafkaSettings {
    var settings = KafkaSettings(bootstrapServers: kafka.brokers)
    for (name, value) in kafka.properties.all { settings[name] = value }
    return settings
  }

  /// The topics that a job may write.
  package var outputTopics: KafkaSink.Topics {
    KafkaSink.Topics(
      scores: output.scores, changes: output.changes, alerts: output.alerts,
      rollups: output.rollups, deadLetters: output.deadLetters, usage: output.usage,
      checkpoints: checkpoints.topic, segments: segmentsTopic)
  }

  /// Reads what the configuration names, and gives the job what it needs.
  package func settings() throws(JobFailure) -> StreamingSettings {
    var settings = StreamingSettings(
      kafka: kafkaSettings, group: self.kafka.group, inputTopics: inputTopics,
      outputTopics: outputTopics)
    if let policy {
      let loaded = try PolicyFile.load(policy)
      settings.policy = loaded.policy
      settings.policyFiles = loaded.files
    }
    if settings.policy.usage == nil { settings.outputTopics.usage = nil }
    settings.encoding = output.encoding
    settings.checkpointInterval = checkpoints.interval
    settings.checkpointCache = checkpoints.cache
    settings.policyPoll = policyPoll
    settings.profiles = try Inputs.profiles(profiles.file)
    settings.profilesTopic = profiles.topic
    settings.overridesTopic = overridesTopic
    settings.controlsTopic = controlsTopic
    settings.intake.deduplicate = intake.deduplicate
    settings.intake.deduplicateIDsMax = intake.deduplicateIDsMax
    settings.intake.usersMax = intake.usersMax
    settings.intake.holdUnresolved = intake.holdUnresolved
    settings.windows = WindowSettings(
      outOfOrderness: time.outOfOrderness, allowedLateness: time.allowedLateness,
      accountsMax: processing.accountsMax, bytesMax: processing.bytesMax)
    settings.input = input
    settings.futureTolerance = time.futureTolerance
    settings.idleAfter = time.idleAfter
    settings.forgetAfter = time.forgetAfter
    settings.shards =
      processing.shards > 0 ? processing.shards : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1)
    settings.guarantee = processing.guarantee
    settings.instance = self.kafka.instance
    settings.commitInterval = processing.commitInterval
    settings.changeMin = Points(processing.publishMinChange)
    return settings
  }
}

extension JobConfiguration: CustomStringConvertible {
  private var profilesText: String {
    let sources = [profiles.file, profiles.topic.map { "topic \($0)" }].compactMap { $0 }
    return sources.isEmpty ? "none" : sources.joined(separator: ", then ")
  }

  /// In plain words, without secrets.
  package var description: String {
    var lines = [
      "brokers        \(kafka.brokers), group \(kafka.group)",
      "reads          \(inputTopics.joined(separator: ", ")), format \(input.format.rawValue)",
      "writes         \(output.scores), \(output.changes), \(output.alerts), \(output.rollups), "
        + "\(output.deadLetters)\(output.encoding == .json ? "" : ", in \(output.encoding.rawValue)")",
      "time           events may come \(time.outOfOrderness) out of order and \(time.allowedLateness) late, "
        + "\(time.futureTolerance) ahead of the clock",
      "idle           "
        + (time.idleAfter == .zero
          ? "a partition without events stands still"
          : "a partition without events for \(time.idleAfter) follows the clock"),
      "forgets        an account after \(time.forgetAfter) of silence",
      "holds          at most \(processing.accountsMax) accounts, \(processing.bytesMax) bytes a partition",
      "serves         "
        + (server.listen.map {
          let isGuarded = server.token != nil || server.tokenFile != nil
          return "\($0), " + (isGuarded ? "with a token" : "to this machine")
            + (server.certificateFiles == nil ? "" : ", over TLS")
        } ?? "nothing"),
      "commits        every \(processing.commitInterval), \(processing.guarantee.rawValue)"
        + (kafka.instance.map { ", as instance \($0)" } ?? ""),
      "checkpoints    "
        + (checkpoints.topic.map {
          "every \(checkpoints.interval), topic \($0)"
            + (checkpoints.cache.map { ", kept in \($0) too" } ?? "")
        }
          ?? "none: a restart rebuilds its state from the input"),
      "publishes      scores that moved by \(processing.publishMinChange) points, all at midnight UTC",
      "duplicates     "
        + (intake.deduplicate == .zero
          ? "count; de-duplication is off"
          : "by id inside \(intake.deduplicate), at most \(intake.deduplicateIDsMax) ids a partition"),
      "no account     "
        + (intake.usersMax == 0
          ? "such events are refused"
          : "that of the user, of \(intake.usersMax) users a partition; unknown ones "
            + (intake.holdUnresolved == .zero
              ? "are refused" : "wait for \(intake.holdUnresolved)")),
      "profiles       " + profilesText,
      "overrides      " + (overridesTopic.map { "topic \($0)" } ?? "none"),
      "alert controls " + (controlsTopic.map { "topic \($0)" } ?? "none"),
      "instances      "
        + (segmentsTopic.map { "tell each other of peers and roll-ups in topic \($0)" }
          ?? "one: peers and roll-ups are of its own partitions"),
      "policy         "
        + (policy.map {
          policyPoll == .zero
            ? "\($0), read again on SIGHUP"
            : "\($0), read again on SIGHUP and when it changes, which is looked for every \(policyPoll)"
        } ?? "built in"),
    ]
    for (name, value) in kafka.properties.shown {
      lines.append("property       \(name) = \(value)")
    }
    return lines.joined(separator: "\n")
  }
}
