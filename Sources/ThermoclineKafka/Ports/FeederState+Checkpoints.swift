internal import ThermoclineCore
internal import ThermoclineEngine

extension FeederState {
  /// Asks the partition whose turn it is for a checkpoint, and hears what came of the last one.
  mutating func checkpoint(clock: @escaping @Sendable () -> UInt64) {
    guard let settings = ports.checkpoints else { return }
    if let answer = checkpointAnswer.take() {
      schedule?.note(answer.turn, answer.outcome, took: answer.nanoseconds, now: now)
    }
    // Half of a message in the windows is no place to go on from.
    guard !isMidMessage, let turn = schedule?.next(now: now, wallClock: settings.wallClock())
    else { return }
    let request = CheckpointRequest(
      name: settings.name(slots[turn.partition]), slot: turn.slot, sequence: turn.sequence,
      fingerprint: settings.outside,
      takenAt: EventTime(milliseconds: settings.wallClock()), isRepeated: turn.isRepeated)
    let answer = checkpointAnswer
    pipeline.shard(of: turn.partition).perform { shard in
      let start = clock()
      let outcome = shard.checkpoint(turn.partition, request)
      answer.set(.init(turn: turn, outcome: outcome, nanoseconds: clock() &- start))
    }
  }

  /// Where newly assigned partitions go on from; nil = from the beginnings of their logs.
  func choose(
    _ list: [KafkaPartition], _ committed: [KafkaPartition: Int64]
  ) throws(KafkaError) -> CheckpointChoice? {
    guard let settings = ports.checkpoints, committed.values.contains(where: { $0 > 0 }) else {
      return nil
    }
    var partitions: [CheckpointChoice.Partition] = []
    for partition in list {
      let log = try consumer.watermarkOffsets(
        of: partition, timeoutMilliseconds: Self.logMilliseconds)
      partitions.append(
        CheckpointChoice.Partition(
          name: settings.name(partition), committed: committed[partition] ?? 0,
          logStart: log.lowerBound))
    }
    var choice = CheckpointChoice(of: [], from: CheckpointShelf(), fingerprint: 0)
    _ = try settings.load(Set(list.map(settings.name))) { shelf in
      choice = CheckpointChoice(of: partitions, from: shelf, fingerprint: settings.fingerprint)
      return choice.passedOver.isEmpty && choice.checkpoints.count == partitions.count
    }
    for text in choice.passedOver { ports.report(.checkpointPassedOver(text)) }
    guard choice.lost.isEmpty else {
      throw KafkaError(
        .state,
        "no checkpoint of \(choice.lost.joined(separator: ", ")) can be used, and the log has been cut since it was "
          + "written: \(choice.passedOver.joined(separator: "; ")). With checkpoints.topic: null the job rebuilds "
          + "what it can from what the log still has; see docs/checkpoints.md",
        isFatal: true)
    }
    return choice
  }

  /// Longest wait for the ends of a log.
  private static let logMilliseconds: Int32 = 30_000
}
