internal import ThermoclineCore
internal import ThermoclineEngine

/// What the group gives and takes.
extension FeederState {
  mutating func handle(_ event: KafkaEvent) throws(KafkaError) {
    switch event {
    case .assigned(let list):
      pending.add(list)
      try assignPending()
    case .revoked(let list):
      let opened = pending.remove(list)
      revokedCount += 1
      ports.report(.revoked(list))
      // Finish their work and commit it while they are still ours.
      submitAll()
      try drop(list, isLost: false)
      let consumer = consumer
      if !pipeline.commitAll(unless: { consumer.isAssignmentLost }) { try loseAll() }
      try consumer.acknowledgeRevocation(opened)
    case .lost(let list):
      let opened = pending.remove(list)
      pending.clear()
      lostCount += 1
      isLost = true
      ports.report(.lost(list))
      try loseAll()
      try consumer.acknowledgeRevocation(opened)
    case .failed(let error):
      ports.report(.failed(error))
      if error.isFatal { throw error }
    case .committed(_, let error): if let error { ports.report(.failed(error)) }
    case .endReached(let end):
      guard let place = partitions.firstIndex(where: { $0.partition == end.partition }) else {
        return
      }
      partitions[place].end = end.offset
    }
  }

  /// The group has given all partitions to others: what was not committed of them is theirs to say.
  private mutating func loseAll() throws(KafkaError) {
    // The brokers may take nothing now, and then no shard could say the last of a partition.
    pipeline.beginDiscarding()
    try drop(partitions.map(\.partition), isLost: true)
    pipeline.discardAll()
  }

  /// Gives partitions up. A lost one has another owner already: nothing more is said of it.
  private mutating func drop(_ list: [KafkaPartition], isLost: Bool) throws(KafkaError) {
    var closed: [Int] = []
    for partition in list {
      guard let place = partitions.firstIndex(where: { $0.partition == partition }) else {
        continue
      }
      dropHeld(of: partition)
      // Should it come back, it is not paused.
      if partitions[place].isPaused, !isPaused { try consumer.resume([partition]) }
      if isLost { partitions[place].batch?.isRebuilding = true }
      submit(place)
      let number = partitions[place].number
      let shard = pipeline.shard(of: number)
      // Lost meanwhile: what this asks of the shard is done before anything that is asked of it later.
      let group = consumer
      let isLostMeanwhile = { !isLost && group.isAssignmentLost }
      _ = pipeline.tryFlush(unless: isLostMeanwhile) {
        if $0 === shard {
          if !isLost { $0.drain(only: number) }
          $0.close(number, isLost: isLost)
        }
      }
      closed.append(number)
      partitions.remove(at: place)
    }
    // Only now: the first of them must not let the last judge a day without its part.
    for number in closed { ports.closed(number) }
    schedule?.set(partitions.map(\.number))
    last.topic = -1
    for topic in places.indices { for i in places[topic].indices { places[topic][i] = -1 } }
    for (place, partition) in partitions.enumerated() {
      let topic = consumer.topics.firstIndex(of: partition.partition.topic)!
      places[topic][Int(partition.partition.partition)] = place
    }
  }

  /// The next owner reads it again.
  private mutating func dropHeld(of partition: KafkaPartition) {
    guard let message = held, message.partition == partition.partition,
      consumer.topics[message.topicIndex] == partition.topic
    else { return }
    held = nil
    isMidMessage = false
    ports.abandon()
  }
}
