internal import ThermoclineCore
internal import ThermoclineEngine

/// Partitions that the group has given are opened, from a checkpoint where there is one.
extension FeederState {
  /// Opens the partitions that the group has given, unless there are none; waits while the brokers are away.
  mutating func assignPending() throws(KafkaError) {
    guard let list = pending.due(at: now) else { return }
    do throws(KafkaError) { try assign(list) } catch {
      guard error.isOutage else { throw error }
      ports.report(.failed(error))
      pending.postpone(at: now)
      return
    }
    pending.clear()
    assignedCount += 1
    isLost = false
  }

  private mutating func assign(_ list: [KafkaPartition]) throws(KafkaError) {
    for partition in list {
      let known = ports.partitionsCounts[partition.topic] ?? .max
      guard partition.partition < known else {
        throw KafkaError(
          .state,
          "topic `\(partition.topic)` had \(known) partitions when this job started and has more now: accounts are "
            + "in other partitions than their past; see docs/delivery.md, \"More partitions\"",
          isFatal: true)
      }
    }
    // Positions of a transaction that another process left open are waited for: it takes a time-out and then another try.
    let (committed, marks) =
      list.isEmpty
      ? ([], [:])
      : try consumer.committedPlaces(list, timeoutMilliseconds: Self.committedMilliseconds)
    var positions: [KafkaPartition: Int64] = [:]
    for partition in list {
      positions[partition] = max(0, committed.first { $0.partition == partition }?.offset ?? 0)
    }
    let choice = try choose(list, positions)
    var starts: [KafkaPartition: KafkaStart] = [:]
    var restored: [Int: CheckpointKey.Slot] = [:]
    var rebuilding: Int64 = 0
    var openings: [PartitionOpening] = []
    for partition in list {
      let position = positions[partition] ?? 0
      let checkpoint = ports.checkpoints.flatMap { choice?.checkpoints[$0.name(partition)] }
      openings.append(
        add(
          partition, committed: position, mark: marks[partition], from: checkpoint))
      if let checkpoint {
        starts[partition] = .offset(checkpoint.manifest.position)
        restored[slots.number(of: partition)] = checkpoint.slot
        ports.report(
          .restored(partition, checkpoint.manifest, committed: position))
      } else {
        starts[partition] = .beginning
      }
      rebuilding += max(0, position - (checkpoint?.manifest.position ?? 0))
    }
    try open(openings)
    schedule?.set(partitions.map(\.number), restored: restored)
    ports.report(.assigned(list, rebuilding: rebuilding))
    try consumer.begin(starts)
    // While a message is held, nothing else may come.
    if isPaused, !list.isEmpty { try consumer.pause(list) }
  }

  private mutating func add(
    _ partition: KafkaPartition, committed: Int64, mark: CommitMark?,
    from checkpoint: CheckpointShelf.Checkpoint?
  ) -> PartitionOpening {
    let number = slots.number(of: partition)
    let topic = consumer.topics.firstIndex(of: partition.topic)!
    last.topic = -1
    while places[topic].count <= Int(partition.partition) { places[topic].append(-1) }
    places[topic][Int(partition.partition)] = partitions.count
    let position = checkpoint?.manifest.position ?? 0
    partitions.append(
      FedPartition(
        partition: partition, number: number, committed: committed, position: position,
        lastArrival: now, hasData: position > 0))
    return PartitionOpening(
      partition: partition, number: number, committed: committed, mark: mark,
      checkpoint: checkpoint)
  }

  /// Opens partitions on their shards, all shards at once: to restore a large one takes seconds.
  private func open(_ openings: [PartitionOpening]) throws(KafkaError) {
    guard !openings.isEmpty else { return }
    let (pipeline, ports) = (pipeline, ports)
    pipeline.flush { shard in
      for opening in openings where pipeline.shard(of: opening.number) === shard {
        shard.open(
          opening.number, opening.restored(ports.work(opening.number)),
          publishedBefore: opening.committed, said: opening.mark?.said,
          clock: opening.mark?.clock)
      }
    }
    for opening in openings {
      guard let failure = opening.failure else { continue }
      throw KafkaError(
        .state,
        "the checkpoint of \(opening.partition) has the right checksums and cannot be read: \(failure). With "
          + "checkpoints.topic: null the job rebuilds its state from the log",
        isFatal: true)
    }
  }

  /// Longest wait for the group's positions in one try.
  private static let committedMilliseconds: Int32 = 10_000
}
