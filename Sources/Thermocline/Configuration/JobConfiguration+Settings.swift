internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineHealth
internal import ThermoclineKafka
internal import ThermoclineWindows

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension JobConfiguration {
  /// Reads what the configuration names, and gives the job what it needs.
  package func settings() throws(JobFailure) -> StreamingSettings {
    var kafka = KafkaSettings(bootstrapServers: self.kafka.brokers)
    for (name, value) in self.kafka.properties.all { kafka[name] = value }
    var settings = StreamingSettings(
      kafka: kafka, group: self.kafka.group, inputTopics: inputTopics,
      outputTopics: KafkaSink.Topics(
        scores: output.scores, changes: output.changes, alerts: output.alerts,
        deadLetters: output.deadLetters))
    settings.policy = try Inputs.policy(policy)
    settings.profiles = try Inputs.profiles(profiles)
    settings.windows = WindowSettings(
      outOfOrderness: time.outOfOrderness, allowedLateness: time.allowedLateness,
      accountsMax: processing.accountsMax)
    settings.input = input
    settings.futureTolerance = time.futureTolerance
    settings.idleAfter = time.idleAfter
    settings.shards =
      processing.shards > 0 ? processing.shards : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1)
    settings.commitInterval = processing.commitInterval
    settings.changeMin = Points(processing.publishMinChange)
    return settings
  }
}

extension JobConfiguration: CustomStringConvertible {
  /// In plain words, without secrets.
  package var description: String {
    var lines = [
      "brokers        \(kafka.brokers), group \(kafka.group)",
      "reads          \(inputTopics.joined(separator: ", ")), format \(input.format.rawValue)",
      "writes         \(output.scores), \(output.changes), \(output.alerts), \(output.deadLetters)",
      "time           events may come \(time.outOfOrderness) out of order and \(time.allowedLateness) late, "
        + "\(time.futureTolerance) ahead of the clock",
      "idle           "
        + (time.idleAfter == .zero
          ? "a partition without events stands still"
          : "a partition without events for \(time.idleAfter) follows the clock"),
      "commits        every \(processing.commitInterval)",
      "publishes      scores that moved by \(processing.publishMinChange) points, all at midnight UTC",
      "profiles       \(profiles ?? "none")",
      "policy         \(policy ?? "built in")",
    ]
    for (name, value) in kafka.properties.shown {
      lines.append("property       \(name) = \(value)")
    }
    return lines.joined(separator: "\n")
  }
}
