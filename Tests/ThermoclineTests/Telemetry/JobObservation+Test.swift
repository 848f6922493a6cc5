import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineKafka
import ThermoclineWindows

@testable import Thermocline

extension JobObservation {
  /// A job that runs as it should: two partitions, nothing waits.
  static func healthy() -> JobObservation {
    let now: UInt64 = 1_000_000_000_000
    let time = EventTime(year: 2026, month: 1, day: 1)
    var feeder = FeederSnapshot()
    feeder.at = now - 100_000_000
    feeder.assignedCount = 1
    feeder.makesCheckpoints = true
    feeder.checkpoints = CheckpointSet(
      sequence: time.milliseconds - 90_000, bytes: 2_000, wholeBytes: 9_000)
    feeder.checkpointsCount = 3
    feeder.partitions = [1, 0].map {
      FeederSnapshot.Partition(
        partition: KafkaPartition("events", $0), number: Int(1 - $0), position: 100, log: 0..<100,
        committed: 50, timestampMilliseconds: time.milliseconds - 5_000)
    }
    var pipeline = Pipeline(shards: 2).snapshot
    pipeline.progress = [0, 1].map {
      PartitionProgress(
        partition: $0, nextPosition: 100, watermark: time - .seconds(60), accounts: 10,
        bytes: 1_000)
    }
    pipeline.totals.read = 200
    pipeline.totals.applied = 190
    pipeline.totals.refused = 10
    pipeline.totals.refusedBy = [.notJSON: 10]
    pipeline.commits.record(nanoseconds: 4_000_000)
    pipeline.freshness.record(nanoseconds: 120_000_000)
    pipeline.commitEnded = now - 50_000_000
    return JobObservation(
      time: time, now: now, startedAt: time - .minutes(10), started: now - 600_000_000_000,
      pipeline: pipeline, feeder: feeder,
      formats: [.init(format: "thermocline", events: 200, messagesRead: 190, messagesEmpty: 10)],
      bands: ["red", "yellow", "green"],
      limits: WindowSettings(accountsMax: 1_000, bytesMax: 1_000_000),
      certificateExpires: time + .days(90), usage: ProcessUsage.now(),
      residentBytes: 1_000_000, pulse: JobPulse())
  }
}
