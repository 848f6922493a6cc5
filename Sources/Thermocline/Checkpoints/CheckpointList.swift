internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineEngine
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
    /// Where one process that is assigned all partitions at once would begin to read.
    package var start: Int64
    /// The newest first.
    package var checkpoints: [CheckpointShelf.Checkpoint]

    /// There are checkpoints, and none is whole.
    package var isBroken: Bool {
      !checkpoints.isEmpty && checkpoints.allSatisfy { $0.damage != nil }
    }
  }

  package let group: String
  package let topic: String
  package private(set) var partitions: [Partition] = []
  /// Checkpoints that such a start would pass over, and why.
  package private(set) var passedOver: [String] = []

  private static let answerMilliseconds: Int32 = 30_000

  /// Reads the topic of checkpoints and asks for the group's positions; joins nothing, changes nothing.
  package init(_ settings: StreamingSettings) throws(JobFailure) {
    let setup = try HealthSetup(
      policy: settings.policy, profiles: ProfileBook(), windows: settings.windows,
      intake: settings.intake)
    guard let topic = settings.outputTopics.checkpoints,
      let checkpoints = StreamingJob.checkpoints(settings, setup)
    else {
      throw JobFailure(
        .configuration,
        "the configuration keeps no checkpoints: checkpoints.topic is null, so the job rebuilds its state from the input"
      )
    }
    self.topic = topic
    group = settings.group
    do throws(KafkaError) {
      let all = try KafkaMetadata.fetch(
        settings.kafka, topics: settings.inputTopics + [topic],
        timeoutMilliseconds: Self.answerMilliseconds
      ).partitions.filter { $0.topic != topic }
      let shelf = try checkpoints.load(Set(all.map(checkpoints.name))) { _ in false }
      var kafka = settings.kafka
      kafka["group.id"] = group
      let consumer = try KafkaConsumer(kafka, topics: [])
      defer { consumer.close() }
      let committed = try consumer.committed(all, timeoutMilliseconds: Self.answerMilliseconds)
      for partition in all {
        let log = try consumer.watermarkOffsets(
          of: partition, timeoutMilliseconds: Self.answerMilliseconds)
        partitions.append(
          Partition(
            partition: partition,
            committed: committed.first { $0.partition == partition }?.offset, log: log,
            start: log.lowerBound,
            checkpoints: shelf.checkpoints(of: checkpoints.name(partition))))
      }
      let choice = CheckpointChoice(
        of: partitions.map {
          CheckpointChoice.Partition(
            name: checkpoints.name($0.partition), committed: $0.committed ?? 0,
            logStart: $0.log.lowerBound)
        }, from: shelf, fingerprint: checkpoints.fingerprint)
      for place in partitions.indices {
        let name = checkpoints.name(partitions[place].partition)
        guard let chosen = choice.checkpoints[name] else { continue }
        partitions[place].start = chosen.manifest.position
      }
      passedOver = choice.passedOver
    } catch {
      throw JobFailure(
        .unavailable, "\(error); check the brokers' address and the topics' names")
    }
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
          lines.append("  \(checkpoint.slot.rawValue)  damaged: \(damage)")
          continue
        }
        let age = FigureText.duration(
          seconds: Int(max(0, (now - checkpoint.manifest.takenAt).milliseconds) / 1_000))
        lines.append(
          "  \(checkpoint.slot.rawValue)  position \(checkpoint.manifest.position), watermark \(checkpoint.manifest.watermark), "
            + "\(age) old, \(FigureText.bytes(Int(checkpoint.manifest.packedBytes))) "
            + "of \(FigureText.bytes(Int(checkpoint.manifest.stateBytes))) in "
            + "\(checkpoint.manifest.chain.layers.count) layers of chain "
            + "\(checkpoint.manifest.chain.slot.rawValue), "
            + "\(FigureText.bytes(Int(checkpoint.manifest.addedBytes))) new")
      }
      if partition.checkpoints.isEmpty { lines.append("  no checkpoint") }
    }
    if !passedOver.isEmpty { lines.append("a start passes over:") }
    lines += passedOver.map { "  \($0)" }
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
    writer.key("passedOver")
    writer.beginArray()
    for text in passedOver { writer.value(text) }
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
      writer.value(checkpoint.slot.rawValue)
      if let damage = checkpoint.damage {
        writer.key("damage")
        writer.value(damage)
      } else {
        for (name, number) in [
          ("position", checkpoint.manifest.position),
          ("stateBytes", checkpoint.manifest.stateBytes),
          ("packedBytes", checkpoint.manifest.packedBytes),
          ("addedBytes", checkpoint.manifest.addedBytes),
          ("format", Int64(checkpoint.manifest.format)),
          ("layers", Int64(checkpoint.manifest.chain.layers.count)),
          ("chunks", Int64(checkpoint.manifest.chain.checksums.count)),
        ] {
          writer.key(name)
          writer.value(number)
        }
        writer.key("chain")
        writer.value(checkpoint.manifest.chain.slot.rawValue)
        writer.key("watermark")
        writer.value(checkpoint.manifest.watermark)
        writer.key("takenAt")
        writer.value(checkpoint.manifest.takenAt)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}
