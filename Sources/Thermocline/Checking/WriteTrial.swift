internal import ThermoclineKafka

/// Tries whether the job's client may write to its topics: a record in a transaction that is aborted. No `read_committed`
/// reader ever sees it; Kafka has no request that tells a client's rights without one of its own.
struct WriteTrial {
  private let producer: KafkaProducer

  /// With a transactional id that no job has. Throws what the brokers refuse at the registration of the id.
  init(_ settings: KafkaSettings) throws(KafkaError) {
    producer = try KafkaProducer(settings)
    try producer.initTransactions(timeoutMilliseconds: 10_000)
  }

  /// One finding for the topic. Blocks for seconds.
  func run(_ name: String) -> CheckFinding {
    do throws(KafkaError) {
      producer.resetDeliveries()
      _ = producer.takeEvents()
      try producer.beginTransaction()
      defer { try? producer.abortTransaction(timeoutMilliseconds: 10_000) }
      // A compacted topic takes no record without a key.
      _ = try producer.produce(to: producer.topic(name), key: Self.key, value: nil)
      if let error = refusal() { throw error }
      return CheckFinding(.good, "topic \(name): may be written")
    } catch {
      return CheckFinding(.bad, "topic \(name): \(error); grant Write on it to this client")
    }
  }

  private static let key = Array("thermocline-check".utf8)

  /// Waits until the record is stored (nil) or refused. A transaction that failed keeps its records until it is aborted, so
  /// a refusal shows among the client's events before it shows at the record.
  private func refusal() -> KafkaError? {
    for _ in 0..<100 {
      producer.poll(timeoutMilliseconds: 100)
      for case .failed(let error) in producer.takeEvents() where !error.isOutage { return error }
      let deliveries = producer.deliveries
      if let error = deliveries.firstError { return error }
      if deliveries.deliveredCount > 0 { return nil }
    }
    return KafkaError(.timedOut, "no answer to a record")
  }
}
