import Foundation
import Logging
import Synchronization
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineNotify
import ThermoclineProtobuf

@testable import Thermocline

/// A notifier under way.
final class RunningNotifier {
  let job: NotifyJob
  private let thread: OwnThread
  init(_ job: NotifyJob) {
    self.job = job
    let box = Box()
    self.box = box
    thread = OwnThread("notify") {
      do throws(JobFailure) { try job.run() } catch { box.failure.withLock { $0 = error } }
    }
  }

  private final class Box: Sendable { let failure = Mutex<JobFailure?>(nil) }
  private let box: Box

  func wait(_ isDone: () -> Bool) { while !isDone() { pauseBriefly() } }
  func sink(_ name: String) -> SinkSnapshot { job.snapshots.first { $0.name == name }! }

  func stop() -> JobFailure? {
    job.stop()
    thread.join()
    return box.failure.withLock { $0 }
  }
}

/// What tests of the notifier have in common: a broker with its topics.
protocol NotifyTesting {
  var broker: EmbeddedBroker { get }
}

extension NotifyTesting {
  var topic: String { "health-alerts" }

  func configuration(
    _ sinks: [NotifyConfiguration.Sink], start: NotifyConfiguration.Start = .oldest
  ) -> NotifyConfiguration {
    var configuration = NotifyConfiguration()
    configuration.base.kafka.brokers = broker.bootstrapServers
    configuration.base.kafka.properties["session.timeout.ms"] = "6000"
    configuration.start = start
    configuration.sinks = sinks
    return configuration
  }

  func sink(
    _ name: String, _ kind: SinkKind, _ server: MisbehavingServer
  ) -> NotifyConfiguration.Sink {
    var sink = NotifyConfiguration.Sink(name, kind)
    sink.url = .plain(server.url)
    if kind == .pagerduty { sink.key = .environment("KEY") }
    sink.gather = TimeSpan(milliseconds: 50)
    sink.timeout = .seconds(1)
    sink.retryMax = .seconds(1)
    (sink.perMinute, sink.burst) = (6_000, 1_000)
    return sink
  }

  func start(
    _ configuration: NotifyConfiguration, log: LogLines = LogLines()
  ) throws -> RunningNotifier {
    RunningNotifier(
      try NotifyJob(
        configuration, environment: { ["KEY": "0123456789abcdef0123456789abcdef"][$0] },
        log: Logger(label: "test") { _ in log }))
  }

  func alert(
    _ number: Int, _ state: AlertState = .firing, days: Int64 = 0, rule: String = "silence"
  ) -> HealthAlert {
    let name = "0000000000000000" + String(number, radix: 16)
    var alert = HealthAlert(
      fingerprint: String(name.suffix(16)), account: "acct-\(number)", rule: rule, state: state,
      at: EventTime(year: 2026, month: 1, day: 5) + .days(days))
    alert.startsAt = EventTime(year: 2026, month: 1, day: 5)
    alert.endsAt = state == .resolved ? alert.at : nil
    alert.severity = .error
    alert.summary = "No events for days."
    return alert
  }

  func publish(
    _ alerts: [HealthAlert], partition: Int32 = 0, as message: ProtobufMessage? = nil
  ) throws {
    try write(
      alerts.map { alert in
        var writer = JSONWriter()
        HealthAlertEncoder.encode(alert, into: &writer)
        return (alert.account, String(decoding: writer.bytes, as: UTF8.self))
      }, to: topic, partition: partition, as: message, of: broker)
  }

  func committed(_ group: String) throws -> [Int64] {
    var settings = broker.settings
    settings["group.id"] = group
    let consumer = try KafkaConsumer(settings, topics: [topic])
    let partitions = (0..<2).map { KafkaPartition(topic, $0) }
    let positions = try consumer.committed(partitions, timeoutMilliseconds: 10_000)
    return partitions.map { partition in
      positions.first { $0.partition == partition }?.offset ?? -1
    }
  }
}
