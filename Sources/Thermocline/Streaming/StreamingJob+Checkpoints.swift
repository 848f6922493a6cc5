internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineHealth
internal import ThermoclineKafka

extension StreamingJob {
  /// How the job's partitions are checkpointed and restored; nil where no topic is named.
  static func checkpoints(
    _ settings: StreamingSettings, _ setup: HealthSetup, cache: CheckpointCache? = nil
  ) -> FeederCheckpoints? {
    guard let topic = settings.outputTopics.checkpoints else { return nil }
    // Another format or mapping makes other events of the same messages.
    let input = settings.input
    let sources = EventField.allCases.map { "\($0.rawValue)=\(input.mapping.sources[$0] ?? "")" }
    let outside = FNV1a.hash(
      "\(input.format.rawValue) \(input.accountGroup) \(sources)")
    let kafka = settings.kafka
    return FeederCheckpoints(
      interval: UInt64(settings.checkpointInterval.milliseconds) * 1_000_000,
      group: settings.group, outside: outside,
      fingerprint: CheckpointFingerprint.of(
        policy: setup.model.plan.fingerprint, windows: setup.windows, intake: setup.intake,
        outside: outside),
      load: { (names, isEnough) throws(KafkaError) in
        do throws(JobFailure) {
          if let cache {
            return try CheckpointTopic.read(
              topic, of: names, kafka: kafka, cache: cache, isEnough: isEnough)
          }
          let shelf = try CheckpointTopic.read(topic, of: names, kafka: kafka)
          _ = isEnough(shelf)
          return shelf
        } catch {
          // What an outage interrupts is tried again when it may be over; the partitions wait.
          throw error.isOutage
            ? KafkaError(.timedOut, error.message)
            : KafkaError(.state, error.message, isFatal: true)
        }
      },
      wallClock: { Thermocline.wallClock().milliseconds })
  }
}
