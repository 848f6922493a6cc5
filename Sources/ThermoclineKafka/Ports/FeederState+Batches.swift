internal import ThermoclineCore
internal import ThermoclineEngine

/// The batch that a partition's records go into, until it is submitted to its shard.
extension FeederState {
  /// The batch of a partition for the record at an offset, with room for so many bytes; nil when the pipeline is
  /// full. A batch lies wholly before the committed offset or wholly after it.
  mutating func batch(_ place: Int, at offset: Int64, needs bytes: Int) -> EventBatch? {
    // Fields one by one: the whole entry holds texts that would be counted in and out for every record.
    let isRebuilding = offset < partitions[place].committed
    if let batch = partitions[place].batch {
      let hasRoom = unsafe !batch.isFull && batch.freeBytes.count >= bytes
      if batch.isRebuilding == isRebuilding, hasRoom { return batch }
      submit(place)
    }
    let partition = partitions[place]
    guard let batch = emptyBatch(for: partition.number) else { return nil }
    batch.topic = partition.partition.topic
    batch.partition = partition.partition.partition
    batch.isRebuilding = isRebuilding
    batch.arrival = now
    partitions[place].batch = batch
    return batch
  }

  /// An empty batch of a partition's shard; nil when all are under way.
  private mutating func emptyBatch(for number: Int) -> EventBatch? {
    let shard = pipeline.shard(of: number)
    if isMidMessage || !pipeline.isHeldUp(number), let batch = shard.takeBatch() { return batch }
    // Half filled ones of other partitions may be all there are: only submitted they come back.
    for place in partitions.indices where pipeline.shard(of: partitions[place].number) === shard {
      submit(place)
    }
    if !isMidMessage, pipeline.isHeldUp(number) { return nil }
    return pipeline.takeBatch(
      partition: number, waitMilliseconds: 20, isForRest: isMidMessage)
  }

  /// Hands a partition's batch over, full or not.
  mutating func submit(_ place: Int) {
    guard let batch = partitions[place].batch else { return }
    partitions[place].batch = nil
    if batch.messagesCount > 0 {
      partitions[place].position = batch.nextPosition
      partitions[place].hasData = true
      partitions[place].isIdle = false
      partitions[place].lastArrival = now
    }
    batch.isBehind = waiting(place) > Limits.batchEventsMax
    pipeline.shard(of: partitions[place].number).submit(batch, partition: partitions[place].number)
  }

  mutating func submitAll() { for place in partitions.indices { submit(place) } }
}
