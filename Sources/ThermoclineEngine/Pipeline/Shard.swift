import Dispatch
import Synchronization
import ThermoclineCore

/// One worker of the pipeline: a serial queue that owns some partitions, fed through a ring and heard
/// through another.
///
/// Dispatch runs once a batch at most: a feeder that finds the shard already scheduled only pushes. It is woken through a
/// dispatch source, which allocates nothing, unlike a closure on a queue. When the output ring is full the shard stops
/// taking input, so that a slow sink slows the feeder down; the publisher schedules it again.
///
/// SAFETY of `@unchecked Sendable`: everything that is not atomic or a ring is touched on `queue` only.
package final class Shard: @unchecked Sendable {
  let index: Int
  /// nil: the shard works on the thread that asks for it.
  private let queue: DispatchQueue?
  private let input: Ring<(partition: Int, batch: EventBatch)>
  private let emptied: Ring<EventBatch>
  private let output: Ring<OutputBatch>
  private let emptiedOutputs: Ring<OutputBatch>
  private let wake: (any DispatchSourceUserDataOr)?
  private let isScheduled = Atomic<Bool>(false)
  /// Number of the commit interval.
  private let round = Atomic<UInt32>(1)
  /// The feeder found no empty batch and waits for `inputFreed`.
  private let isFeederWaiting = Atomic<Bool>(false)
  /// Nobody takes outputs any more.
  private let isAbandoned = Atomic<Bool>(false)
  /// Of all shards.
  private let held: HeldPartitions
  private let bytesCapacity: Int
  private let recordsCapacity: Int
  private let inputFreed: DispatchSemaphore
  private let outputReady: DispatchSemaphore
  /// In the order of their numbers.
  private var places: [Place] = []
  private var current = OutputBatch()
  /// Takes what was published by an earlier run.
  private let silent = OutputBatch(isSilent: true)
  private var hasNews = false
  /// How far partitions came that were closed since the last hand-over.
  private var closed: [PartitionProgress] = []
  /// When the oldest event came that was applied and is not shown by any score; 0 = none.
  private var oldestArrival: UInt64 = 0
  /// Batches taken since the last hand-over.
  private var batchesTaken = 0
  private var waitingForHandOver: [() -> Void] = []
  /// Bytes of output at which a batch is handed on even though more input waits.
  private static let outputBytesWanted = 1 << 18
  /// Early readings between two looks at the input.
  private static let anticipateMax = 512

  private struct Place {
    let number: Int
    let work: any PartitionWork
    /// What lies before this position was published by an earlier run.
    let publishedBefore: Int64
    /// How far that run had said its outputs by event time; nil where it did not tell, and said all of what it had taken.
    let saidBefore: SaidTimes?
    /// Where the clock had brought time after that position, in the earlier run; nil once it is there again.
    var clock: EventTime?
    /// More input is known to wait than a moment's.
    var isBehind = false
    /// Batches that wait for other partitions to come further, and the place in the first to go on from.
    var parked: [EventBatch] = []
    var place = 0
    /// The input has ended, and time has not come to its newest event.
    var isEnding = false

    var isHeldUp: Bool { isEnding || !parked.isEmpty }

    /// The windows are not yet where the published outputs are: nothing they would say is news.
    var isRebuilding: Bool { work.nextPosition < publishedBefore }

    /// Nor would an early score be.
    var isBehindSaid: Bool {
      isRebuilding || work.watermark < saidBefore?.ticks ?? .distantPast
    }

    /// What a commit says of it; nil while that is what the earlier run's commit said.
    var committable: PartitionProgress? {
      var progress = work.progress
      progress.clock = progress.clock ?? clock
      guard isRebuilding else { return progress }
      // Days that the earlier run left open are judged meanwhile.
      guard let saidBefore, progress.said.days > saidBefore.days else { return nil }
      progress.nextPosition = publishedBefore
      return progress
    }
  }

  init(
    index: Int, batches: Int, held: HeldPartitions, inputFreed: DispatchSemaphore,
    outputReady: DispatchSemaphore, bytesCapacity: Int, recordsCapacity: Int, isManual: Bool
  ) {
    self.index = index
    self.held = held
    self.bytesCapacity = bytesCapacity
    self.recordsCapacity = recordsCapacity
    queue = isManual ? nil : DispatchQueue(label: "thermocline.shard.\(index)")
    input = Ring(capacity: batches)
    emptied = Ring(capacity: batches)
    output = Ring(capacity: Limits.ringBatchesMax)
    // One more is being filled, one more is being published.
    emptiedOutputs = Ring(capacity: Limits.ringBatchesMax + 2)
    wake = queue.map { DispatchSource.makeUserDataOrSource(queue: $0) }
    self.inputFreed = inputFreed
    self.outputReady = outputReady
    for _ in 0..<batches {
      _ = emptied.push(
        EventBatch(bytesCapacity: bytesCapacity, recordsCapacity: recordsCapacity))
    }
    current = freshOutput()
    wake?.setEventHandler { [weak self] in self?.run() }
    wake?.activate()
  }

  deinit { wake?.cancel() }

  // MARK: the feeder's side (one thread)

  /// An empty batch to fill, or nil when all are under way.
  package func takeBatch() -> EventBatch? {
    guard let batch = emptied.pop() else { return nil }
    batch.clear()
    return batch
  }

  /// As `takeBatch`; when it fails, the next batch that comes free is signalled on `inputFreed`.
  func takeBatchOrWait() -> EventBatch? {
    // Pairs with the exchange in `giveBack`: either that sees the flag, or this sees the batch.
    _ = isFeederWaiting.exchange(true, ordering: .acquiringAndReleasing)
    return takeBatch()
  }

  /// Hands a filled batch over. There is always room: no more batches exist than the ring holds.
  package func submit(_ batch: EventBatch, partition: Int) {
    let pushed = input.push((partition, batch))
    precondition(pushed, "more batches than the ring holds")
    schedule()
  }

  /// Runs `body` on the shard after everything submitted before; what is submitted next may come before it, so
  /// a partition is opened by `Pipeline.flush`, which waits.
  package func perform(_ body: @escaping @Sendable (Shard) -> Void) {
    if let queue { queue.async { self.work(body) } } else { work(body) }
  }

  private func work(_ body: (Shard) -> Void) {
    takeInput(waitsForOutput: true)
    body(self)
    handOn(waits: true)
    let waiting = waitingForHandOver
    waitingForHandOver = []
    for then in waiting { then() }
  }

  // MARK: on the queue, inside `perform`

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
      Place(
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
  private func followEarlierClock(_ index: Int) {
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

  // MARK: the publisher's side (one thread)

  func popOutput() -> OutputBatch? { output.pop() }

  /// How full the rings are. Any thread.
  var fill: RingFill {
    RingFill(
      input: input.count, inputCapacity: input.capacity, output: output.count,
      outputCapacity: output.capacity)
  }

  /// Takes back a batch that was published, to be filled again.
  func giveBack(_ batch: OutputBatch) {
    batch.clear()
    // Where there is no room it is one too many.
    _ = emptiedOutputs.push(batch)
  }

  /// The sink has failed: outputs that wait for room are dropped, so that nobody waits for ever.
  func abandon() { isAbandoned.store(true, ordering: .releasing) }

  /// A commit interval has begun: accounts that had their early reading may have another.
  func beginRound() {
    // A number alone; the queue that `schedule` goes through orders everything else.
    round.add(1, ordering: .relaxed)
    schedule()
  }

  /// Runs the shard for its early readings, or because room was made in the output ring.
  func schedule() {
    if isScheduled.exchange(true, ordering: .acquiringAndReleasing) { return }
    wake?.or(data: 1)
  }

  /// Of a shard without a queue: the work it is due for.
  func runIfScheduled() { if isScheduled.load(ordering: .acquiring) { run() } }

  // MARK: the work

  private func place(of partition: Int) -> Int? { places.firstIndex { $0.number == partition } }

  private func run() {
    // Lowered before looking at the ring, by an exchange that pairs with the one in `schedule`: either that one comes
    // later and schedules again, or what was pushed before it is seen here. A store would let the look come first.
    _ = isScheduled.exchange(false, ordering: .acquiringAndReleasing)
    takeInput(waitsForOutput: false)
    anticipate()
    handOn(waits: false)
  }

  private func takeInput(waitsForOutput waits: Bool) {
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
  private func apply(_ batch: EventBatch, from start: Int, _ work: any PartitionWork) -> Int? {
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
  private func goOn(waitsForOutput waits: Bool) {
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

  private func giveBack(_ batch: EventBatch) {
    _ = emptied.push(batch)
    if isFeederWaiting.exchange(false, ordering: .acquiringAndReleasing) { inputFreed.signal() }
  }

  /// Early readings while no input waits; the rest comes with the next run.
  ///
  /// Of a partition that is behind they come more rarely: each of them would be out of date in a moment, and what they
  /// cost would keep it behind.
  private func anticipate() {
    for place in places {
      let work = place.work
      let (saidCount, said, hadUnread) = (current.saidCount, work.said, work.hasUnread)
      work.settle(current)
      // What is decided may say nothing, and is decided all the same, which nothing else would tell.
      if current.saidCount > saidCount || work.said != said { hasNews = true }
      if place.isBehindSaid { continue }
      let round = round.load(ordering: .relaxed)
      if place.isBehind, round % UInt32(Limits.earlyIntervalsBehind) != 0 { continue }
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

  private func handOn(waits: Bool) {
    batchesTaken = 0
    guard hasNews else { return }
    current.progress.removeAll(keepingCapacity: true)
    current.progress.append(contentsOf: closed)
    var hasUnread = false
    for place in places {
      guard let progress = place.committable else { continue }
      current.progress.append(progress)
      hasUnread = hasUnread || progress.hasUnread
    }
    if !hasUnread, oldestArrival > 0 {
      if current.oldestArrival == 0 { current.oldestArrival = oldestArrival }
      oldestArrival = 0
    }
    if !closed.isEmpty { current.progress.sort { $0.partition < $1.partition } }
    // Without waiting the batch simply grows until the next run; `takeInput` takes no more input then.
    guard push(current, waits: waits) else { return }
    current = freshOutput()
    closed = []
    hasNews = false
  }

  /// False when there is no room and it does not wait. What nobody takes any more is dropped.
  private func push(_ batch: OutputBatch, waits: Bool) -> Bool {
    while !output.push(batch) {
      if isAbandoned.load(ordering: .acquiring) { break }
      if !waits { return false }
      outputReady.signal()
      _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(1))
    }
    outputReady.signal()
    return true
  }

  /// An empty batch: one that was published, if there is one, for its memory has its size.
  private func freshOutput() -> OutputBatch {
    if let batch = emptiedOutputs.pop() { return batch }
    let batch = OutputBatch()
    // What is never written to takes no memory.
    batch.bytes.reserveCapacity(Limits.outputPieceBytes + Limits.outputPieceBytes / 16)
    batch.handOverPiece = { [unowned self] in
      let piece = freshOutput()
      current.move(to: piece)
      hasNews = true
      _ = push(piece, waits: true)
    }
    return batch
  }
}
