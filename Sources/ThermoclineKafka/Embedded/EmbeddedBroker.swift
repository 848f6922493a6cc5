internal import CRdkafka

/// A Kafka cluster inside this process: librdkafka's mock brokers, which speak the real protocol over TCP on
/// the loopback interface, to clients of any process. For demonstrations and tests, not for keeping data.
///
/// It keeps records, keys, headers, timestamps, tombstones, group offsets and rebalances. It does not: expire
/// or compact, hide aborted records or tie offsets to transactions, look up by time, know static members, or
/// keep more than 5 MiB (as stored, so compressed) or 100,000 record batches a partition; the oldest go.
/// A group's first member waits 3 s (so its `session.timeout.ms` has to be longer, or it is dropped while it
/// waits), each later rebalance the members' `session.timeout.ms` less 1 s. A fetch that finds nothing waits the
/// full `fetch.wait.max.ms`. Subscribing to a topic that does not exist creates it, with 4 partitions.
///
/// SAFETY: the cluster is made in init and destroyed in deinit, before the client it lives on.
@safe package final class EmbeddedBroker: @unchecked Sendable {
  /// `host:port` of every broker, separated by commas.
  package let bootstrapServers: String
  private let client: KafkaHandle
  private let cluster: OpaquePointer

  /// Starts `brokers` brokers with ids from 1, listening on ports of the system's choice.
  package init(
    brokers: Int = 1, topics: [(name: String, partitions: Int)] = []
  ) throws(KafkaError) {
    client = try KafkaHandle(.producer, [:])
    guard let made = unsafe rd_kafka_mock_cluster_new(client.pointer, Int32(brokers)) else {
      throw KafkaError(.state, "the embedded broker could not be started")
    }
    unsafe cluster = made
    bootstrapServers = unsafe String(copying: rd_kafka_mock_cluster_bootstraps(made)) ?? ""
    for (name, partitions) in topics { try createTopic(name, partitions: partitions) }
  }

  deinit { unsafe rd_kafka_mock_cluster_destroy(cluster) }

  /// The settings of a client of this cluster.
  package var settings: KafkaSettings { KafkaSettings(bootstrapServers: bootstrapServers) }

  /// Creates a topic.
  package func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
    let code = unsafe rd_kafka_mock_topic_create(cluster, name, Int32(partitions), 1)
    if let error = KafkaError(code, "creation of topic `\(name)`") { throw error }
  }

  /// Cuts a broker's connections and accepts none until `setUp`.
  /// - Parameter broker: from 1; nil = all.
  package func setDown(_ broker: Int? = nil) {
    unsafe rd_kafka_mock_broker_set_down(cluster, Int32(broker ?? -1))
  }

  /// Lets a broker accept connections again.
  package func setUp(_ broker: Int? = nil) {
    unsafe rd_kafka_mock_broker_set_up(cluster, Int32(broker ?? -1))
  }

  /// Moves a partition to another broker.
  package func setLeader(of partition: KafkaPartition, to broker: Int) {
    unsafe rd_kafka_mock_partition_set_leader(
      cluster, partition.topic, partition.partition, Int32(broker))
  }

  /// Answers the next requests of a kind with these errors, one each. `transport` cuts the connection.
  package func failNext(_ request: KafkaRequest, with codes: [KafkaErrorCode]) {
    let natives = codes.map(\.native)
    unsafe rd_kafka_mock_push_request_errors_array(
      cluster, request.rawValue, natives.count, natives)
  }
}
