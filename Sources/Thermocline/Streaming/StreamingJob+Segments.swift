internal import Logging
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka

/// How the instances of a job tell each other of days.
extension StreamingJob {
  /// All partitions of the input, in an order that is the same in every instance.
  static func partitions(
    _ settings: StreamingSettings, _ counts: [String: Int]
  ) -> [KafkaPartition] {
    settings.inputTopics.flatMap { topic in
      (0..<(counts[topic] ?? 0)).map { KafkaPartition(topic, Int32($0)) }
    }
  }

  /// nil where no topic is named.
  static func exchange(
    _ settings: StreamingSettings, _ counts: [String: Int]
  ) -> SegmentExchange? {
    guard settings.outputTopics.segments != nil else { return nil }
    return SegmentExchange(
      keys: partitions(settings, counts).map {
        "\(settings.group)/\($0.topic)/\($0.partition)"
      })
  }

  /// Reads what the others tell; nil where no topic is named.
  static func segmentTopic(
    _ settings: StreamingSettings, _ model: HealthModel, _ pipeline: Pipeline, log: Logger,
    failed: @escaping @Sendable () -> Void
  ) -> SegmentTopic? {
    guard let topic = settings.outputTopics.segments, let exchange = model.exchange else {
      return nil
    }
    return SegmentTopic(
      topic, kafka: settings.kafka, model: model, exchange: exchange, pipeline: pipeline,
      log: log, failed: failed)
  }

  /// A partition stands still: nobody waits for it, and the other instances are told so once.
  static func setIdle(_ partition: Int, _ model: HealthModel, _ pipeline: Pipeline) {
    model.board.setIdle(partition)
    guard let exchange = model.exchange, model.board.mustAnnounce(partition) else { return }
    pipeline.shard(of: partition).perform { shard in
      shard.withPartition(partition) { work, output in
        guard model.board.mustAnnounce(partition) else { return }
        model.board.announced(partition)
        exchange.rest(work.watermark, partition: partition, output)
      }
    }
  }
}
