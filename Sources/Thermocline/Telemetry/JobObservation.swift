package import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineKafka
package import ThermoclineWindows

/// All there is to say of a running job at one moment. Never changes; metrics, readiness and status are made of it.
package struct JobObservation: Sendable {
  /// The time of day, and monotonic nanoseconds.
  package var time: EventTime
  package var now: UInt64
  /// When the job began, by both.
  package var startedAt: EventTime
  package var started: UInt64
  package var pipeline: Pipeline.Snapshot
  package var feeder: FeederSnapshot
  package var formats: [FormatCounts.Count]
  /// Names of the bands, in the policy's order.
  package var bands: [String]
  /// What each partition takes at most.
  package var limits: WindowSettings
  /// What the Kafka clients say of themselves; nil before they said anything.
  package var consumer: ClientStatistics?
  package var producer: ClientStatistics?
  /// What came from the topics of profiles, overrides and alert controls; nil without one.
  package var profiles: AccountTopicCounts?
  package var overrides: AccountTopicCounts?
  package var alertControls: AccountTopicCounts?
  /// Of the certificate that is served; nil without TLS.
  package var certificateExpires: EventTime?
  package var usage: ProcessUsage
  package var residentBytes: Int
  package var pulse: JobPulse

  /// An assigned partition, with what the engine says of it.
  package struct Partition: Sendable {
    package var input: FeederSnapshot.Partition
    /// nil while it rebuilds, and before its first event.
    package var progress: PartitionProgress?
  }

  /// The assigned partitions, by topic and number.
  package var partitions: [Partition] {
    let progress = Dictionary(
      pipeline.progress.map { ($0.partition, $0) }, uniquingKeysWith: { $1 })
    return feeder.partitions.map { Partition(input: $0, progress: progress[$0.number]) }
      .sorted {
        ($0.input.partition.topic, $0.input.partition.partition)
          < ($1.input.partition.topic, $1.input.partition.partition)
      }
  }

  /// Seconds that a partition's input is old while records wait, by their own timestamps; 0 when none wait.
  package func lagSeconds(_ partition: FeederSnapshot.Partition) -> Double {
    guard partition.lag > 0, let timestamp = partition.timestampMilliseconds else { return 0 }
    return max(0, Double(time.milliseconds - timestamp) / 1_000)
  }

  /// How far a partition's watermark is behind the clock, in seconds; nil before its first event.
  package func watermarkDelay(_ partition: Partition) -> Double? {
    guard let watermark = partition.progress?.watermark, watermark > .distantPast else {
      return nil
    }
    return max(0, Double((time - watermark).milliseconds) / 1_000)
  }

  /// Seconds since a moment of the monotonic clock.
  package func seconds(since moment: UInt64) -> Double {
    Double(now &- min(now, moment)) / 1e9
  }

  /// Where all accounts of the assigned partitions stand.
  package var census: HealthCensus {
    partitions.reduce(into: HealthCensus()) { sum, partition in
      if let progress = partition.progress { sum.add(progress.census) }
    }
  }
}
