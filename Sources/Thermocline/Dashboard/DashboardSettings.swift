package import ThermoclineCore
package import ThermoclineKafka
package import ThermoclineServer

/// What a dashboard reads, keeps and serves.
package struct DashboardSettings: Sendable {
  package var kafka: KafkaSettings
  package var topics: KafkaSink.Topics
  /// Where people's words about alerts go; nil = nothing can be said.
  package var controlsTopic: String?
  package var listen: ListenAddress
  /// nil = none; then only this machine may ask.
  package var token: AccessToken?
  /// What it shows to browsers; nil = without TLS.
  package var certificate: CertificateHolder?
  /// The history's file; nil = in memory, read from the topics again with each start.
  package var database: String?
  /// How often the brokers are asked for topics and partitions that were not there before.
  package var lookInterval = TimeSpan.seconds(30)

  package init(kafka: KafkaSettings, topics: KafkaSink.Topics, listen: ListenAddress) {
    self.kafka = kafka
    self.topics = topics
    self.listen = listen
  }
}
