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

  /// Asks a cluster, through a client of its own. Blocks for at most `timeoutMilliseconds` in all.
  /// Creates no topic. Throws when no broker answers, naming the address, or a topic does not exist.
  /// - Parameter topics: nil = all there are.
  package static func fetch(
    _ settings: KafkaSettings, topics: [String]? = nil, timeoutMilliseconds: Int32
  ) throws(KafkaError) -> KafkaMetadata {
    let client = try KafkaHandle(.consumer, settings)
    let deadline = ContinuousClock.now + .milliseconds(Int(timeoutMilliseconds))
    guard let topics else {
      var result = try fetch(client, nil, deadline)
      result.topics.sort { $0.name < $1.name }
      return result
    }
    var result = KafkaMetadata(brokers: [], topics: [])
    for name in topics {
      let answer = try fetch(client, KafkaTopic(name, of: client), deadline)
      result.brokers = answer.brokers
      result.topics += answer.topics
    }
    return result
  }

  private static func fetch(
    _ client: KafkaHandle, _ topic: KafkaTopic?, _ deadline: ContinuousClock.Instant
  ) throws(KafkaError) -> KafkaMetadata {
    let left = Int32(max(0, (deadline - .now) / .milliseconds(1)))
    // SAFETY: on success the answer is ours until destroyed; it holds as many elements as it says.
    var answer: UnsafePointer<rd_kafka_metadata>?
    let code = unsafe rd_kafka_metadata(
      client.pointer, topic == nil ? 1 : 0, topic?.pointer, &answer, left)
    if let error = KafkaError(code, "no metadata from \(client.addresses)") {
      throw explained(error, client)
    }
    guard let answer = unsafe answer else {
      throw KafkaError(.transport, "no metadata from \(client.addresses)")
    }
    defer { unsafe rd_kafka_metadata_destroy(answer) }
    return unsafe try KafkaMetadata(answer.pointee, from: client.addresses)
  }

  private init(brokers: [Broker], topics: [Topic]) {
    self.brokers = brokers
    self.topics = topics
  }

  private init(_ answer: rd_kafka_metadata, from addresses: String) throws(KafkaError) {
    brokers = unsafe UnsafeBufferPointer(start: answer.brokers, count: Int(answer.broker_cnt)).map {
      unsafe Broker(id: $0.id, host: String(copying: $0.host) ?? "", port: Int($0.port))
    }
    topics = []
    for unsafe topic in unsafe UnsafeBufferPointer(start: answer.topics, count: Int(answer.topic_cnt)) {
      let name = unsafe String(copying: topic.topic) ?? ""
      if let error = unsafe KafkaError(topic.err, "topic `\(name)` at \(addresses)") { throw error }
      unsafe topics.append(Topic(name: name, partitionsCount: Int(topic.partition_cnt)))
    }
  }

  /// The error together with what the client reported about its connections meanwhile.
  private static func explained(_ error: KafkaError, _ client: KafkaHandle) -> KafkaError {
    unsafe rd_kafka_poll(client.pointer, 0)
    for case .failed(let cause) in client.inbox.takeEvents() where cause.code != .allBrokersDown {
      var explained = error
      explained.code = cause.code
      explained.message += " (\(cause.message))"
      return explained
    }
    return error
  }
}
