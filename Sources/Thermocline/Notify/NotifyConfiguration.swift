package import ThermoclineCore
package import ThermoclineNotify
internal import ThermoclineServer

/// How the notifier is set up, as its file says. `deploy/config/notify.yaml` shows every key.
package struct NotifyConfiguration: Sendable, Equatable {
  /// One tool that is told of alerts.
  package struct Sink: Sendable, Equatable {
    /// 1 to 40 of the letters a-z 0-9 - _; part of the consumer group's name.
    package var name: String
    package var kind: SinkKind
    /// nil = the kind's own.
    package var url: SecretSource?
    /// PagerDuty's routing key, or what signs a webhook.
    package var key: SecretSource?
    /// Sent as `Authorization: Bearer …`.
    package var token: SecretSource?
    package var filter = AlertFilter()
    /// Requests a minute, 1…6000, and at once after a rest, 1…1000.
    package var perMinute = 60
    package var burst = 10
    /// 0s…5m.
    package var gather = TimeSpan.seconds(2)
    /// Of one request: 1s…60s.
    package var timeout = TimeSpan.seconds(10)
    /// Longest time between two attempts: 1s…1h.
    package var retryMax = TimeSpan.minutes(5)
    /// Alertmanager only: 30s…1d.
    package var resolveTimeout = TimeSpan.minutes(5)
    /// Alertmanager only.
    package var labels: [String: String] = [:]

    package init(_ name: String, _ kind: SinkKind) {
      self.name = name
      self.kind = kind
      // A list takes many alerts, and what stands is told again all the time.
      if kind == .alertmanager { (perMinute, burst) = (600, 100) }
    }
  }

  /// Where a group begins that has never committed anything.
  package enum Start: String, Sendable, CaseIterable { case newest, oldest }

  /// Brokers, group, topic of alerts, dead letters, server and log; everything else of it is not looked at.
  package var base: JobConfiguration
  package var start = Start.newest
  package var link: AccountLink?
  package var sinks: [Sink] = []

  /// The compiled defaults; there is no sink.
  package init() {
    base = JobConfiguration()
    base.kafka.group = "thermocline-notify"
    base.server.listen?.port = 9_602
  }

  /// Puts values from outside over these, as for a job; those of keys that a notifier has not are left out.
  package mutating func apply(_ overrides: [ConfigurationOverride]) throws(YAMLFileError) {
    let own = overrides.filter { override in
      ["kafka.", "server.", "log."].contains { override.key.hasPrefix($0) }
    }
    try base.take(own)
    try JobConfiguration.refuse(findings(), of: own)
  }

  /// What is wrong with the values together, by the names that they have here. Lines are nil.
  func findings() -> [YAMLFileError.Finding] {
    base.connectionFindings()
      + JobConfiguration.findings(topics: [
        ("topic", base.output.alerts), ("dead_letters", base.output.deadLetters),
      ])
  }

  /// The consumer group of a sink: each reads the topic at its own pace.
  package func group(of sink: Sink) -> String { "\(base.kafka.group).\(sink.name)" }
}
