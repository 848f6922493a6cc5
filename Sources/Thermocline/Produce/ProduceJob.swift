package import ThermoclineCore
package import ThermoclineKafka

/// Sends messages to a topic, keyed by account, at a chosen rate or flat out, and ends with a heartbeat to each partition:
/// the promise that nothing older will follow.
package struct ProduceJob: Sendable {
  package var source: MessageSource
  package var kafka: KafkaSettings
  package var topic: String
  /// Messages a second; nil = as fast as the broker takes them.
  package var rate: Double?

  package init(source: MessageSource, kafka: KafkaSettings, topic: String, rate: Double? = nil) {
    self.source = source
    self.kafka = kafka
    self.topic = topic
    self.rate = rate
  }

  package struct Summary: Sendable {
    package var messages: Int
    /// The time up to which everything was sent; nil when nothing had a time.
    package var until: EventTime?
    package var seconds: Double
  }

  /// `pace` is called with the messages sent so far, before each: it may block, and answers whether to go on.
  package func run(
    progress: (_ done: Int64, _ total: Int64, _ messages: Int) -> Void,
    pace: (_ sent: Int, _ time: EventTime) -> Bool = { _, _ in true }
  ) throws(JobFailure) -> Summary {
    let begun = monotonicNanoseconds()
    let partitions = try partitionsCount()
    var settings = kafka
    for (key, value) in Self.defaults where settings[key] == nil { settings[key] = value }
    let outcome: Result<Summary, JobFailure>
    do throws(KafkaError) {
      outcome = try run(settings, partitions, begun, progress, pace)
    } catch {
      throw JobFailure(.unavailable, "producing to \(topic) failed: \(error)")
    }
    return try outcome.get()
  }

  private func run(
    _ settings: KafkaSettings, _ partitions: Int, _ begun: UInt64,
    _ progress: (Int64, Int64, Int) -> Void, _ pace: (Int, EventTime) -> Bool
  ) throws(KafkaError) -> Result<Summary, JobFailure> {
    let producer = try KafkaProducer(settings)
    let topic = try producer.topic(topic)
    var sent = 0
    var failure: KafkaError?
    var damage: JobFailure?
    var until = EventTime.distantPast
    do throws(JobFailure) {
      until = try source.read(
        progress: { progress($0, $1, sent) },
        { message in
          guard pace(sent, message.time) else { return false }
          hold(sent, since: begun, producer)
          do throws(KafkaError) {
            try send(message, to: topic, producer)
            sent += 1
            return true
          } catch {
            failure = error
            return false
          }
        })
    } catch { damage = error }
    if let failure { throw failure }
    if let damage {
      // What came before the damage is delivered before the failure is told.
      try producer.flush(timeoutMilliseconds: 60_000)
      return .failure(damage)
    }
    let hasTime = until > .distantPast
    for partition in 0..<(hasTime ? partitions : 0) {
      try sendHeartbeat(until, to: topic, Int32(partition), producer)
    }
    try producer.flush(timeoutMilliseconds: 60_000)
    if let error = producer.deliveries.firstError { throw error }
    return .success(
      Summary(
        messages: sent, until: hasTime ? until : nil,
        seconds: Double(monotonicNanoseconds() - begun) / 1e9))
  }

  private static let defaults = [
    "linger.ms": "20", "batch.size": "1000000", "compression.type": "lz4", "acks": "all",
  ]

  private func partitionsCount() throws(JobFailure) -> Int {
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(kafka, topics: [topic], timeoutMilliseconds: 10_000)
      return metadata.topics.first?.partitionsCount ?? 1
    } catch {
      throw JobFailure(
        .unavailable,
        "\(error); check that a broker runs at \(kafka["bootstrap.servers"] ?? "") and has the topic"
      )
    }
  }

  /// Waits until the rate allows the next message.
  private func hold(_ sent: Int, since begun: UInt64, _ producer: KafkaProducer) {
    guard let rate, rate > 0 else { return }
    while Double(sent) / rate * 1e9 > Double(monotonicNanoseconds() - begun) {
      producer.poll(timeoutMilliseconds: 1)
    }
  }

  private func send(
    _ message: MessageSource.Message, to topic: KafkaTopic, _ producer: KafkaProducer
  ) throws(KafkaError) {
    while try producer.produce(
      to: topic, key: message.key, value: message.payload,
      timestampMilliseconds: max(1, message.time.milliseconds)) == .queueFull
    {
      producer.poll(timeoutMilliseconds: 10)
    }
    producer.poll(timeoutMilliseconds: 0)
  }

  private func sendHeartbeat(
    _ time: EventTime, to topic: KafkaTopic, _ partition: Int32, _ producer: KafkaProducer
  ) throws(KafkaError) {
    let header = KafkaHeader("thermocline-watermark", Array("\(time.milliseconds)".utf8))
    while try producer.produce(
      to: topic, partition: partition, key: nil, value: nil, headers: [header]) == .queueFull
    {
      producer.poll(timeoutMilliseconds: 10)
    }
  }
}
