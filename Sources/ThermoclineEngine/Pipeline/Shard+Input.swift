import Dispatch
import Synchronization
import ThermoclineCore

/// Takes input, and has early readings made while none waits: on the queue.
extension Shard {
  /// Where a partition stands in `places`; nil: it is not open.
  func place(of partition: Int) -> Int? { places.firstIndex { $0.number == partition } }

  /// One turn: input, then early readings, then what was said.
  func run() {
    // Lowered before looking at the ring, by an exchange that pairs with the one in `schedule`: either that one comes
    // later and schedules again, or what was pushed before it is seen here. A store would let the look come first.
    _ = isScheduled.exchange(false, ordering: .acquiringAndReleasing)
    takeInput(waitsForOutput: false)
    anticipate()
    handOn(waits: false)
  }

  /// Applies what is in the input ring, as long as there is room for what it says.
  func takeInput(waitsForOutput waits: Bool) {
    goOn(waitsForOutput: waits)
    while waits || output.count < output.capacity - 1 {
      guard let (partition, batch) = input.pop() else { return }
      guard let index = place(of: partition) else {
        preconditionFailure("a batch of partition \(partition), which is not open")
      }
      places[index].isBehind = batch.isBehind
      if places[index].isHeldUp {
        park(batch, at: index)
      } else if let left = apply(batch, from: 0, places[index].work) {
        places[index].place = left
        park(batch, at: index)
      } else {
        giveBack(batch)
        followEarlierClock(index)
      }
      // Input that never pauses must not keep what was said, and how far it came, from the publisher.
      if current.bytes.count >= Self.outputBytesWanted || batchesTaken >= Limits.ringBatchesMax {
        handOn(waits: waits)
      }
      goOn(waitsForOutput: waits)
    }
  }

  /// Where to go on in the batch, nil when all of it was applied.
  func apply(_ batch: EventBatch, from start: Int, _ work: any PartitionWork) -> Int? {
    batchesTaken += 1
    if batch.isRebuilding {
      // Nothing to say; but who waits for this partition is woken by the publisher.
      if !held.isEmpty { hasNews = true }
      defer {
        if !silent.records.isEmpty {
          current.take(.segments, of: silent)
          hasNews = true
        }
        silent.clear()
      }
      return work.process(batch, from: start, into: silent)
    }
    hasNews = true
    if oldestArrival == 0 { oldestArrival = batch.arrival }
    return work.process(batch, from: start, into: current)
  }

  /// Keeps a batch until other partitions have come further. It takes no room from them: an empty one goes round in its
  /// place. No more than a ring full comes to be parked of a partition, for the feeder takes no new batch for it.
  private func park(_ batch: EventBatch, at index: Int) {
    places[index].parked.append(batch)
    held.insert(places[index].number)
    giveBack(EventBatch(bytesCapacity: bytesCapacity, recordsCapacity: recordsCapacity))
  }

  /// Goes on with what is parked, as far as it may: as long as one partition moves, another may be free to.
  func goOn(waitsForOutput waits: Bool) {
    if held.isEmpty { return }
    var hasMoved = true
    while hasMoved {
      hasMoved = false
      for index in places.indices where places[index].isHeldUp {
        let work = places[index].work
        while waits || output.count < output.capacity - 1, let next = places[index].parked.first {
          let start = places[index].place
          let left = apply(next, from: start, work)
          if let left {
            places[index].place = left
            hasMoved = hasMoved || left != start
            break
          }
          hasMoved = true
          places[index].parked.removeFirst()
          places[index].place = 0
          if current.bytes.count >= Self.outputBytesWanted { handOn(waits: waits) }
        }
        if places[index].isEnding, places[index].parked.isEmpty {
          hasNews = true
          places[index].isEnding = !work.end(current)
          if current.bytes.count >= Self.outputBytesWanted { handOn(waits: waits) }
        }
        if !places[index].isHeldUp {
          hasMoved = true
          followEarlierClock(index)
        }
        if !places[index].isHeldUp {
          held.remove(places[index].number)
          inputFreed.signal()
        }
      }
    }
  }

  /// An empty batch for the feeder.
  func giveBack(_ batch: EventBatch) {
    _ = emptied.push(batch)
    if isFeederWaiting.exchange(false, ordering: .acquiringAndReleasing) { inputFreed.signal() }
  }

  /// Early readings while no input waits; the rest comes with the next run.
  ///
  /// Of a partition that is behind they come more rarely: each of them would be out of date in a moment, and what they
  /// cost would keep it behind.
  private func anticipate() {
    // By place: to copy one retains what it refers to.
    for index in places.indices {
      let work = places[index].work
      let (saidCount, said, hadUnread) = (current.saidCount, work.said, work.hasUnread)
      work.settle(current)
      // What is decided may say nothing, and is decided all the same, which nothing else would tell.
      if current.saidCount > saidCount || work.said != said { hasNews = true }
      if places[index].isBehindSaid { continue }
      let round = round.load(ordering: .relaxed)
      if places[index].isBehind, round % UInt32(Limits.earlyIntervalsBehind) != 0 { continue }
      while input.count == 0, output.count < output.capacity - 1 {
        current.round = round
        let said = current.saidCount
        let hasMore = work.anticipate(limit: Self.anticipateMax, current)
        if current.saidCount > said { hasNews = true }
        if current.bytes.count >= Self.outputBytesWanted { handOn(waits: false) }
        if !hasMore { break }
      }
      if hadUnread, !work.hasUnread { hasNews = true }
    }
  }
}
