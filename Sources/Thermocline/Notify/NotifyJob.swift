package import Logging
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka
internal import ThermoclineNotify

/// Alerts from Kafka to people's tools. One for a process.
package final class NotifyJob: Sendable {
  private let workers: [SinkWorker]
  private let sender: HTTPSender
  private let log: Logger

  /// Connects to nothing before the brokers have answered and both topics exist, or throws. Secrets are read here.
  package init(
    _ configuration: NotifyConfiguration, environment: @escaping (_ name: String) -> String?,
    log: Logger
  ) throws(JobFailure) {
    var setups: [SinkSetup] = []
    for sink in configuration.sinks {
      setups.append(try SinkSetup(sink, of: configuration, environment: environment))
    }
    let kafka = configuration.base.kafkaSettings
    let (topic, deadLetters) = (
      configuration.base.output.alerts, configuration.base.output.deadLetters
    )
    let metadata: KafkaMetadata
    do throws(KafkaError) {
      try kafka.validate()
      metadata = try KafkaMetadata.fetch(
        kafka, topics: [topic, deadLetters], timeoutMilliseconds: 10_000)
    } catch {
      throw JobFailure(
        error.code == .invalidArgument ? .configuration : .unavailable,
        "kafka: \(error); check the brokers' address and the topics' names")
    }
    let letters = try NotifyDeadLetters(deadLetters, source: topic, kafka: kafka)
    let sender = HTTPSender()
    let incidents = IncidentLog(log)
    self.sender = sender
    self.log = log
    workers = setups.map { setup in
      SinkWorker(setup, letters: letters, sender: sender, incidents: incidents, log: log) {
        () throws(KafkaError) in
        try SinkReader(
          topic, group: setup.group, start: configuration.start, kafka: kafka,
          partitionsCount: metadata.topics[0].partitionsCount, incidents: incidents, log: log)
      }
    }
  }

  /// How the sinks stand, in the file's order. Any thread.
  package var snapshots: [SinkSnapshot] { workers.map(\.snapshot) }

  /// Works until stopped. When one sink cannot read its topic any more, all end.
  package func run() throws(JobFailure) {
    let threads = workers.map { worker in
      OwnThread("sink") { [self] in
        worker.run()
        if worker.failure != nil { stop() }
      }
    }
    for thread in threads { thread.join() }
    sender.close()
    for snapshot in snapshots {
      log.info(
        "sink ended",
        metadata: [
          "sink": "\(snapshot.name)", "read": "\(snapshot.counts.read)",
          "delivered": "\(snapshot.counts.delivered)", "refused": "\(snapshot.counts.refused)",
          "waiting": "\(snapshot.waiting)",
        ])
    }
    if let failure = workers.lazy.compactMap(\.failure).first { throw failure }
  }

  /// Ends after the requests that are under way; what was not delivered is after the next start. Any thread.
  package func stop() { for worker in workers { worker.stop() } }
}
