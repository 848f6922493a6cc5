internal import CRdkafka

/// Which brokers and topics a cluster has.
package struct KafkaMetadata: Sendable, Hashable {
  package struct Broker: Sendable, Hashable {
    package var id: Int32
    package var host: String
    package var port: Int
  }
  package struct Topic: Sendable, Hashable {
    package var name: String
    package var partitionsCount: Int

    package init(name: String, partitionsCount: Int) {
      self.name = name
      self.partitionsCount = partitionsCount
    }
  }
  /// In the broker's order.
  package var brokers: [Broker]
  /// In the order asked for; sorted by name when all were asked for.
  package var topics: [Topic]
  /// All partitions of the topics, in their order.
  package var partitions: [KafkaPartition] {
    topics.flatMap { topic in
      (0..<topic.partitionsCount).map { KafkaPartition(topic.name, Int32($0)) }
    }
  }
  /// The cluster is an `EmbeddedBroker`, which only pretends to know transactions.
  package var isEmbedded = false

  /// Asks a cluster, through a client of its own. Blocks for at most `timeoutMilliseconds` in all.
  /// Creates no topic. Throws when no broker answers, naming the address, or a topic does not exist.
  /// - Parameter topics: nil = all there are.
  package static func fetch(
    _ settings: KafkaSettings, topics: [String]? = nil, timeoutMilliseconds: Int32
  ) throws(KafkaError) -> KafkaMetadata {
    let client = try KafkaHandle(.consumer, settings)
    // SAFETY: on success the answer is ours until destroyed; it holds as many elements as it says.
    var answer: UnsafePointer<rd_kafka_metadata>?
    // Always all of them: librdkafka 2.0 asks for a single topic in a way that lets the broker create it.
    let code = unsafe rd_kafka_metadata(client.pointer, 1, nil, &answer, timeoutMilliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let answer = unsafe answer else {
      throw unreachable(code, client)
    }
    defer { unsafe rd_kafka_metadata_destroy(answer) }
    var metadata = unsafe try KafkaMetadata(answer.pointee, of: topics, at: client.addresses)
    // Known since the answer: this waits for nothing.
    if let id = unsafe rd_kafka_clusterid(client.pointer, 0) {
      defer { unsafe rd_kafka_mem_free(client.pointer, id) }
      metadata.isEmbedded = unsafe String(cString: id).hasPrefix("mockCluster")
    }
    return metadata
  }

  private init(brokers: [Broker], topics: [Topic]) {
    self.brokers = brokers
    self.topics = topics
  }

  private init(
    _ answer: rd_kafka_metadata, of names: [String]?, at addresses: String
  ) throws(KafkaError) {
    brokers = unsafe UnsafeBufferPointer(start: answer.brokers, count: Int(answer.broker_cnt)).map {
      unsafe Broker(id: $0.id, host: String(copying: $0.host) ?? "", port: Int($0.port))
    }
    var found: [String: (code: rd_kafka_resp_err_t, partitionsCount: Int)] = [:]
    for i in 0..<(unsafe Int(answer.topic_cnt)) {
      let topic = unsafe answer.topics[i]
      unsafe found[String(copying: topic.topic) ?? ""] = (topic.err, Int(topic.partition_cnt))
    }
    topics = []
    for name in names ?? found.keys.sorted() {
      let topic = found[name] ?? (RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, 0)
      if let error = KafkaError(topic.code, "topic `\(name)` at \(addresses)") { throw error }
      topics.append(Topic(name: name, partitionsCount: topic.partitionsCount))
    }
  }

  /// Why nobody answered, with what the client reported about its connections meanwhile.
  private static func unreachable(_ code: rd_kafka_resp_err_t, _ client: KafkaHandle) -> KafkaError
  {
    let context = "no metadata from \(client.addresses)"
    var error = KafkaError(code, context) ?? KafkaError(.transport, context)
    unsafe rd_kafka_poll(client.pointer, 0)
    for case .failed(let cause) in client.inbox.takeEvents() where cause.code != .allBrokersDown {
      error.code = cause.code
      error.message += " (\(cause.message))"
      if let remedy = KafkaLibrary.remedy(for: cause.message) { error.message += "; \(remedy)" }
      return error
    }
    return error
  }
}
