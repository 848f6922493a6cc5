import Dispatch
import Synchronization
import ThermoclineCore

/// What is asked of partitions: on the queue, inside `perform`.
extension Shard {
  /// From now on the partition is worked on here. Until its input has come to `publishedBefore` it says nothing but what
  /// `said` leaves open, nor of what the clock brought about there until `clock`.
  package func open(
    _ partition: Int, _ work: any PartitionWork, publishedBefore: Int64 = 0,
    said: SaidTimes? = nil, clock: EventTime? = nil
  ) {
    precondition(place(of: partition) == nil, "partition \(partition) is open already")
    if let said { work.setSaid(said) }
    let next = places.firstIndex { $0.number > partition } ?? places.endIndex
    places.insert(
      ShardPlace(
        number: partition, work: work, publishedBefore: publishedBefore, saidBefore: said,
        clock: clock), at: next)
    followEarlierClock(next)
  }

  /// Runs `body` when everything said inside this `perform` is in the output ring.
  func afterHandOver(_ body: @escaping () -> Void) { waitingForHandOver.append(body) }

  /// The partition is no longer worked on. How far it came is committed once more unless it was lost to another.
  package func close(_ partition: Int, isLost: Bool = false) {
    guard let index = place(of: partition) else { return }
    let place = places.remove(at: index)
    // Parked input is read again by the next owner.
    if place.isHeldUp { held.remove(partition) }
    guard !isLost, let progress = place.committable else { return }
    closed.append(progress)
    hasNews = true
  }

  /// The input has ended: time comes to the newest event of each partition, at once or when it may.
  package func end() {
    for index in places.indices where !places[index].isRebuilding {
      places[index].isEnding = true
      held.insert(places[index].number)
    }
    goOn(waitsForOutput: true)
  }

  /// Everything known and not said is said.
  package func drain() { for number in places.map(\.number) { drain(only: number) } }

  /// The same for one partition.
  package func drain(only partition: Int) {
    guard let index = place(of: partition), !places[index].isBehindSaid else { return }
    places[index].work.drain(current)
    hasNews = true
    if current.bytes.count >= Self.outputBytesWanted { handOn(waits: true) }
  }

  /// No event has come for so long by the clock: the partition's time goes on with it.
  package func passTime(_ span: TimeSpan, partition: Int) {
    guard let index = place(of: partition), !places[index].isRebuilding,
      places[index].clock == nil, !places[index].isHeldUp
    else { return }
    places[index].work.passTime(span, current)
    hasNews = true
  }

  /// Once the input is where an earlier run was, time comes in silence to where the clock had brought it there.
  func followEarlierClock(_ index: Int) {
    guard let clock = places[index].clock, !places[index].isRebuilding, !places[index].isHeldUp
    else { return }
    places[index].clock = nil
    let work = places[index].work
    work.setClock(clock)
    let batch = EventBatch(bytesCapacity: 64, recordsCapacity: 1)
    batch.isRebuilding = true
    batch.heartbeat = clock
    guard let left = apply(batch, from: 0, work) else { return }
    // Other partitions have to come further. None of the ring's batches is kept here, so none takes its place.
    places[index].place = left
    places[index].parked.append(batch)
    held.insert(places[index].number)
  }

  /// Says a checkpoint of a partition that stands where one can be made. Its position is committed with it, or later.
  package func checkpoint(
    _ partition: Int, _ request: CheckpointRequest
  ) -> CheckpointOutcome {
    guard let index = place(of: partition), !places[index].isHeldUp, !places[index].isRebuilding
    else { return .unsettled }
    // What was said of the input goes ahead, and then the chunks may be committed in pieces: nothing names them before
    // the manifest does, which comes last.
    handOn(waits: true)
    current.isDivisible = true
    defer { current.isDivisible = false }
    hasNews = true
    return places[index].work.checkpoint(request, current)
  }

  /// One partition, if it has something to say.
  package func withPartition(_ number: Int, _ body: (any PartitionWork, OutputBatch) -> Void) {
    guard let index = place(of: number), !places[index].isRebuilding else { return }
    body(places[index].work, current)
    hasNews = true
  }

  /// All partitions that have something to say, in the order of their numbers.
  package func withPartitions(_ body: (Int, any PartitionWork, OutputBatch) -> Void) {
    for place in places where !place.isRebuilding {
      body(place.number, place.work, current)
      hasNews = true
      if current.bytes.count >= Self.outputBytesWanted { handOn(waits: true) }
    }
  }
}
