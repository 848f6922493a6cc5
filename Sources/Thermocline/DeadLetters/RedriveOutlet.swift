internal import ThermoclineCore
internal import ThermoclineKafka

/// Where re-driven messages leave; used by one thread.
final class RedriveOutlet {
  private let deadLetterTopic: String
  private let kafka: KafkaSettings
  private let producer: KafkaProducer
  private var targets: [String: (topic: KafkaTopic, partitionsCount: Int)] = [:]

  init(from topic: String, _ kafka: KafkaSettings) throws(JobFailure) {
    deadLetterTopic = topic
    var settings = kafka
    if settings["acks"] == nil { settings["acks"] = "all" }
    self.kafka = settings
    do throws(KafkaError) { producer = try KafkaProducer(settings) } catch {
      throw JobFailure(.configuration, "kafka: \(error)")
    }
  }

  /// Hands one message over: to the partition it came from if the topic has it, else by its key.
  func send(_ letter: DeadLetter, to name: String) throws(JobFailure) {
    let target = try target(name)
    let partition = letter.sourcePartition.flatMap {
      name == letter.sourceTopic && Int($0) < target.partitionsCount ? $0 : nil
    }
    let origin = "\(deadLetterTopic)[\(letter.partition)]@\(letter.offset)"
    // What an earlier run said of it gives way.
    let headers =
      letter.headers.filter { $0.name != RedriveJob.header }
      + [KafkaHeader(RedriveJob.header, Array(origin.utf8))]
    do throws(KafkaError) {
      while try producer.produce(
        to: target.topic, partition: partition, key: letter.key, value: letter.value,
        headers: headers) == .queueFull
      {
        producer.poll(timeoutMilliseconds: 10)
      }
      producer.poll(timeoutMilliseconds: 0)
    } catch { throw failure(error) }
  }

  /// Everything is with the brokers, or it throws.
  func finish() throws(JobFailure) {
    do throws(KafkaError) { try producer.flush(timeoutMilliseconds: 60_000) } catch {
      throw failure(error)
    }
    if let error = producer.deliveries.firstError { throw failure(error) }
  }

  private func target(
    _ name: String
  ) throws(JobFailure) -> (topic: KafkaTopic, partitionsCount: Int) {
    if let known = targets[name] { return known }
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(kafka, topics: [name], timeoutMilliseconds: 10_000)
      let target = (try producer.topic(name), metadata.topics.first?.partitionsCount ?? 0)
      targets[name] = target
      return target
    } catch { throw failure(error) }
  }

  private func failure(_ error: KafkaError) -> JobFailure {
    let delivered = producer.deliveries.deliveredCount
    return JobFailure(
      .unavailable,
      "sending again failed after \(delivered) messages: \(error); run again with --after, see what the input "
        + "topic has got by its header \(RedriveJob.header)")
  }
}
