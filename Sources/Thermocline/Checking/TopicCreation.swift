internal import ThermoclineKafka

/// Makes the topics of a configuration that are not there.
package struct TopicCreation {
  private let configuration: JobConfiguration
  private let partitions: Int
  private let replication: Int
  private let withInput: Bool
  private let isTrial: Bool

  /// `withInput`: also those that the job only reads. `isTrial`: nothing is made.
  package init(
    _ configuration: JobConfiguration, partitions: Int, replication: Int, withInput: Bool,
    isTrial: Bool
  ) {
    self.configuration = configuration
    self.partitions = partitions
    self.replication = replication
    self.withInput = withInput
    self.isTrial = isTrial
  }

  /// Says a line a topic. Throws when the brokers cannot be asked, or refuse a topic.
  package func run(_ say: (String) -> Void) throws(JobFailure) {
    let settings = configuration.kafkaSettings
    let plan = TopicPlan(configuration, replication: replication)
    var refused = 0
    let metadata: KafkaMetadata
    do throws(KafkaError) {
      metadata = try KafkaMetadata.fetch(settings, timeoutMilliseconds: 10_000)
    } catch { throw Self.failure(error) }
    let there = Set(metadata.topics.map(\.name))
    let wanted = plan.topics.filter { withInput || $0.use == .output }
    for topic in wanted where there.contains(topic.name) { say("there     \(topic.name)") }
    let missing = wanted.filter { !there.contains($0.name) }
    if missing.isEmpty { return }
    // It would let the request wait for an answer that never comes.
    if metadata.isEmbedded { throw Self.unsupported }
    let results: [(name: String, error: KafkaError?)]
    do throws(KafkaError) {
      results = try KafkaAdmin(settings).create(
        plan.specs(missing, partitions: partitions, replication: replication), isTrial: isTrial)
    } catch { throw Self.failure(error) }
    for (name, error) in results {
      let shown = missing.first { $0.name == name }?.settings ?? [:]
      let text = shown.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      if let error {
        refused += 1
        say("REFUSED   \(name): \(error)")
      } else {
        let became = isTrial ? "possible  " : "made      "
        say(
          "\(became)\(name): \(partitions) partitions, \(replication) copies, "
            + text.joined(separator: " "))
      }
    }
    if refused > 0 {
      let isTooMany = results.contains { $0.error?.code == .invalidReplication }
      throw JobFailure(
        .unavailable,
        "\(refused) topics were refused"
          + (isTooMany ? "; --replication takes at most as many copies as there are brokers" : ""))
    }
  }

  private static let unsupported = JobFailure(
    .unavailable,
    "these brokers make no topics on request, as the embedded one: make them by hand, or name them to "
      + "thermocline broker")

  private static func failure(_ error: KafkaError) -> JobFailure {
    if error.code == .unsupported { return unsupported }
    return JobFailure(.unavailable, "\(error); check kafka.brokers and the rights of this client")
  }
}
