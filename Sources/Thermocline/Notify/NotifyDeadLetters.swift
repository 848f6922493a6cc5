internal import Synchronization
internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineKafka
internal import ThermoclineNotify

/// What a sink will never be told, kept in the dead-letter topic with the reason, as refused input is.
final class NotifyDeadLetters: Sendable {
  /// One message that goes no further.
  struct Letter: Sendable {
    var key: [UInt8]?
    var value: [UInt8]
    var reason: String
    var detail: String
    var sink: String
    var partition: Int32
    var offset: Int64

    /// A message that is no alert.
    init(_ message: TopicMessage, _ error: OutputDecodingError, sink: String) {
      key = message.key
      value = message.value ?? []
      reason = "not_an_alert"
      detail = "\(error)"
      self.sink = sink
      partition = message.partition
      offset = message.offset
    }

    /// An alert that a server refused.
    init(_ change: AlertChange, reason: String, detail: String, sink: String) {
      var writer = JSONWriter()
      HealthAlertEncoder.encode(change.alert, into: &writer)
      key = Array(change.alert.account.utf8)
      value = writer.bytes
      self.reason = reason
      self.detail = detail
      self.sink = sink
      partition = change.place.partition
      offset = change.place.offset
    }
  }

  private let producer: KafkaProducer
  private let topic: KafkaTopic
  private let source: String
  /// One writer at a time: the deliveries are counted.
  private let turn = Mutex(())

  /// `source`: the topic of alerts.
  init(_ topic: String, source: String, kafka: KafkaSettings) throws(JobFailure) {
    var settings = kafka
    if settings["acks"] == nil { settings["acks"] = "all" }
    self.source = source
    do throws(KafkaError) {
      producer = try KafkaProducer(settings)
      self.topic = try producer.topic(topic)
    } catch { throw JobFailure(.configuration, "kafka: \(error)") }
  }

  /// Returns when the brokers have all of them. Where one is too long for them, with its headers it is longer than the
  /// message was, long ones are cut, for none may hold the others up: the headers say where all of it lies.
  func write(_ letters: [Letter]) throws(KafkaError) {
    let result = turn.withLock { _ in
      do throws(KafkaError) {
        do throws(KafkaError) { try send(letters, cutsLong: false) } catch {
          guard error.code == .messageTooLarge else { throw error }
          try send(letters, cutsLong: true)
        }
        return Result<Void, KafkaError>.success(())
      } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Of a letter that is too long.
  private static let cutBytes = 65_536

  private func send(_ letters: [Letter], cutsLong: Bool) throws(KafkaError) {
    producer.resetDeliveries()
    for letter in letters {
      var headers = LetterHeaders.of(
        reason: letter.reason, detail: letter.detail, topic: source, partition: letter.partition,
        offset: letter.offset)
      headers.append(KafkaHeader("notify.sink", Array(letter.sink.utf8)))
      var (key, value) = (letter.key, letter.value)
      let bytes = value.count + (key?.count ?? 0)
      if cutsLong, bytes > Self.cutBytes {
        headers.append(KafkaHeader("notify.cut_from", Array("\(bytes) bytes".utf8)))
        key = key.map { Array($0.prefix(Self.cutBytes)) }
        value = Array(value.prefix(Self.cutBytes))
      }
      while try producer.produce(to: topic, key: key, value: value, headers: headers) == .queueFull
      {
        producer.poll(timeoutMilliseconds: 10)
      }
    }
    try producer.flush(timeoutMilliseconds: 30_000)
    if let error = producer.deliveries.firstError { throw error }
  }
}
