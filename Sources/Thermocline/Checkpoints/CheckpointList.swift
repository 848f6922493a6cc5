internal import ThermoclineCodec
package import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineKafka

/// What is kept of a job's state, and where its partitions would go on from now.
package struct CheckpointList: Sendable {
  /// A partition of the input.
  package struct Partition: Sendable {
    package var partition: KafkaPartition
    /// nil: the group has committed nothing.
    package var committed: Int64?
    /// Offsets that the log has.
    package var log: Range<Int64>
    /// The newest first.
    package var checkpoints: [Checkpoint]

    /// Where reading begins if the job starts now with the policy and settings of its newest checkpoint.
    package var start: Int64 {
      let usable = checkpoints.first {
        $0.damage == nil && log.lowerBound <= $0.position && $0.position <= committed ?? 0
      }
      return usable?.position ?? log.lowerBound
    }
  }

  package struct Checkpoint: Sendable {
    package var slot: String
    /// nil: it can be used.
    package var damage: String?
    package var position: Int64
    package var watermark: EventTime
    package var takenAt: EventTime
    package var stateBytes: Int64
    package var packedBytes: Int64
  }

  package let group: String
  package let topic: String
  package private(set) var partitions: [Partition] = []

  private static let answerMilliseconds: Int32 = 30_000

  /// Reads the topic of checkpoints and asks for the group's positions; joins nothing, changes nothing.
  package init(
    _ topic: String, group: String, inputTopics: [String], kafka: KafkaSettings
  ) throws(JobFailure) {
    self.group = group
    self.topic = topic
    let shelf = try CheckpointTopic.read(topic, kafka: kafka)
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(
        kafka, topics: inputTopics, timeoutMilliseconds: Self.answerMilliseconds)
      var settings = kafka
      settings["group.id"] = group
      let consumer = try KafkaConsumer(settings, topics: [])
      defer { consumer.close() }
      let all = metadata.topics.flatMap { topic in
        (0..<topic.partitionsCount).map { KafkaPartition(topic.name, Int32($0)) }
      }
      let committed = try consumer.committed(all, timeoutMilliseconds: Self.answerMilliseconds)
      for partition in all {
        partitions.append(
          Partition(
            partition: partition,
            committed: committed.first { $0.partition == partition }?.offset,
            log: try consumer.queryWatermarkOffsets(
              partition, timeoutMilliseconds: Self.answerMilliseconds),
            checkpoints: shelf.checkpoints(
              of: CheckpointKey.name(
                group: group, topic: partition.topic, partition: partition.partition)
            ).map(Self.checkpoint)))
      }
    } catch {
      throw JobFailure(
        .unavailable, "\(error); check the brokers' address and the topics' names")
    }
  }

  private static func checkpoint(_ found: CheckpointShelf.Checkpoint) -> Checkpoint {
    let manifest = found.manifest
    return Checkpoint(
      slot: found.slot.rawValue, damage: found.damage, position: manifest.position,
      watermark: manifest.watermark, takenAt: manifest.takenAt, stateBytes: manifest.stateBytes,
      packedBytes: manifest.packedBytes)
  }

  /// For a person. `now`: what ages count from.
  package func text(now: EventTime) -> String {
    var lines: [String] = []
    for partition in partitions {
      let committed = partition.committed.map { "\($0)" } ?? "nothing"
      let left = max(0, (partition.committed ?? 0) - partition.start)
      lines.append(
        "\(partition.partition)  committed \(committed), a start reads from \(partition.start): "
          + "\(FigureText.grouped(Int(left))) messages to rebuild from")
      for checkpoint in partition.checkpoints {
        if let damage = checkpoint.damage {
          lines.append("  \(checkpoint.slot)  no use: \(damage)")
          continue
        }
        let age = FigureText.duration(
          seconds: Int(max(0, (now - checkpoint.takenAt).milliseconds) / 1_000))
        lines.append(
          "  \(checkpoint.slot)  position \(checkpoint.position), watermark \(checkpoint.watermark), "
            + "\(age) old, \(FigureText.bytes(Int(checkpoint.packedBytes))) "
            + "of \(FigureText.bytes(Int(checkpoint.stateBytes)))")
      }
      if partition.checkpoints.isEmpty { lines.append("  no checkpoint") }
    }
    return lines.joined(separator: "\n")
  }

  /// As one JSON object.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("group")
    writer.value(group)
    writer.key("topic")
    writer.value(topic)
    writer.key("partitions")
    writer.beginArray()
    for partition in partitions { Self.write(partition, to: &writer) }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private static func write(_ partition: Partition, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("topic")
    writer.value(partition.partition.topic)
    writer.key("partition")
    writer.value(Int64(partition.partition.partition))
    if let committed = partition.committed {
      writer.key("committed")
      writer.value(committed)
    }
    writer.key("logStart")
    writer.value(partition.log.lowerBound)
    writer.key("logEnd")
    writer.value(partition.log.upperBound)
    writer.key("start")
    writer.value(partition.start)
    writer.key("checkpoints")
    writer.beginArray()
    for checkpoint in partition.checkpoints {
      writer.beginObject()
      writer.key("slot")
      writer.value(checkpoint.slot)
      if let damage = checkpoint.damage {
        writer.key("damage")
        writer.value(damage)
      } else {
        for (name, number) in [
          ("position", checkpoint.position), ("stateBytes", checkpoint.stateBytes),
          ("packedBytes", checkpoint.packedBytes),
        ] {
          writer.key(name)
          writer.value(number)
        }
        writer.key("watermark")
        writer.value(checkpoint.watermark)
        writer.key("takenAt")
        writer.value(checkpoint.takenAt)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}
