internal import ThermoclineCore
internal import ThermoclineEngine

/// What the feeder knows of its partitions; on the fetch thread only.
struct FeederState {
  private struct Partition {
    var partition: KafkaPartition
    var number: Int
    /// The batch being filled.
    var batch: EventBatch?
    /// Offsets below it were published by an earlier run.
    var committed: Int64
    var position: Int64
    /// Where the log was seen to end; behind the last record may stand marks of transactions.
    var end: Int64 = 0
    /// When the last record came, as far as its batch was submitted.
    var lastArrival: UInt64
    var hasData = false
    /// The last time the clock was followed.
    var lastAdvance: UInt64 = 0
    var isIdle = false
    /// The message for which there is no room before other partitions have come further; until then the partition is
    /// paused.
    var parked: Held?
    var isPaused = false
    /// Of a record taken since the last snapshot but one.
    var timestamp: Int64?
    var isTimestampDue = true
  }
  /// A message that found no room in the pipeline.
  private struct Held {
    var topicIndex: Int
    var partition: Int32
    var offset: Int64
    var key: [UInt8]
    /// nil = none, as a heartbeat.
    var payload: [UInt8]?
    var headers: HeldHeaders
    var since: UInt64
  }

  let consumer: KafkaConsumer
  let pipeline: Pipeline
  let slots: PartitionSlots
  let ports: KafkaFeeder.Ports
  var now: UInt64
  private var partitions: [Partition] = []
  /// Place in `partitions` by topic and partition number; −1 = not ours.
  private var places: [[Int]]
  /// Where the last record belonged, for the next one mostly belongs there too; `topic` −1 = unknown.
  private var last = (topic: -1, partition: Int32(0), place: -1)
  private var held: Held?
  /// Part of a message lies in a batch that was submitted: the rest comes before anything else.
  private(set) var isMidMessage = false
  private(set) var isPaused = false
  /// When `followClock` looked last; 0 = never.
  private var lastFollow: UInt64 = 0
  /// How often the pipeline was full and a record had to wait.
  private var waitsCount = 0
  private var assignedCount = 0
  private var revokedCount = 0
  private var lostCount = 0
  /// nil where no checkpoints are made.
  var schedule: CheckpointSchedule?
  let checkpointAnswer = CheckpointAnswer()
  private var isLost = false
  /// Set while the last checkpoints are taken.
  var draining: Draining?
  private var pending = PendingPartitions()
  /// A partition without any event is not waited for after this time.
  private static let emptyAfterNanoseconds: UInt64 = 3_000_000_000
  /// A partition that follows no clock is not waited for after this time without an event, when others are held up.
  private static let patienceNanoseconds: UInt64 = 60_000_000_000
  /// Not sooner: librdkafka throws away what it has fetched of a partition that is paused. Far below
  /// `max.poll.interval.ms`, after which the group would take the partitions away.
  private static let pauseAfterNanoseconds: UInt64 = 3_000_000_000

  /// Longest wait for the group's positions in one try.
  private static let committedMilliseconds: Int32 = 10_000

  init(
    consumer: KafkaConsumer, pipeline: Pipeline, slots: PartitionSlots, ports: KafkaFeeder.Ports,
    now: UInt64
  ) {
    self.now = now
    self.consumer = consumer
    self.pipeline = pipeline
    self.slots = slots
    self.ports = ports
    places = Array(repeating: [], count: consumer.topics.count)
    schedule = ports.checkpoints.map { CheckpointSchedule(interval: $0.interval, now: now) }
  }

  var isHolding: Bool { held != nil }

  var isEmpty: Bool { partitions.isEmpty }

  /// The pipeline has been full for so long that the group must hear from us all the same.
  var mustPause: Bool { held.map { now &- $0.since > Self.pauseAfterNanoseconds } ?? false }

  // MARK: records

  /// Takes one record into its partition's batch.
  mutating func take(_ record: borrowing KafkaRecord) -> FetchStep {
    precondition(held == nil, "a record came while another one is held")
    if record.partition != last.partition || record.topicIndex != last.topic {
      last = (
        record.topicIndex, record.partition, self.place(record.topicIndex, record.partition)
      )
    }
    let place = last.place
    guard place >= 0 else { return .goOn }
    precondition(partitions[place].parked == nil, "a record came of a partition that is held up")
    if partitions[place].isTimestampDue {
      partitions[place].isTimestampDue = false
      partitions[place].timestamp = record.timestampMilliseconds
    }
    if add(record, place) { return .goOn }
    let message = Held(
      topicIndex: record.topicIndex, partition: record.partition, offset: record.offset,
      key: unsafe record.key.map { unsafe Array($0) } ?? [],
      payload: unsafe record.payload.map { unsafe Array($0) },
      headers: HeldHeaders(record.headers), since: now)
    if isAhead(place) {
      partitions[place].parked = message
    } else {
      waitsCount += 1
      held = message
    }
    return .stop
  }

  /// False when there is no room in the pipeline.
  private mutating func add(_ record: borrowing KafkaRecord, _ place: Int) -> Bool {
    guard let payload = unsafe record.payload else {
      // A message without a value is no event. With this header it is a promise about time.
      return unsafe addHeartbeat(record.header("thermocline-watermark"), record.offset, place)
    }
    return unsafe add(payload, record.key, record.messageHeaders, record.offset, place)
  }

  private mutating func add(
    _ payload: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer?, _ headers: MessageHeaders,
    _ offset: Int64, _ place: Int
  ) -> Bool {
    while true {
      let needs = unsafe payload.count + (key?.count ?? 0) + 2_048
      guard let batch = batch(place, at: offset, needs: needs) else { return false }
      let keyRange = unsafe key.flatMap { unsafe batch.append(bytes: $0) } ?? .absent
      guard let message = unsafe batch.append(bytes: payload) else {
        refuseTooLarge(payload.count, keyRange, offset, batch)
        batch.keepHeaders(headers, position: offset)
        note(offset, place, batch)
        return true
      }
      isMidMessage = !ports.decode(message, keyRange, headers, offset, batch)
      let hasHeaders = batch.needsHeaders
      if hasHeaders { batch.keepHeaders(headers, position: offset) }
      if !isMidMessage {
        note(offset, place, batch)
        if hasHeaders, batch.headerBytesCount > Limits.batchHeadersBytesMax { submit(place) }
        return true
      }
      submit(place)
    }
  }

  private mutating func addHeartbeat(
    _ header: UnsafeRawBufferPointer?, _ offset: Int64, _ place: Int
  ) -> Bool {
    guard let batch = batch(place, at: offset, needs: 0) else { return false }
    if let header = unsafe header { unsafe promise(header, offset, batch) }
    note(offset, place, batch)
    return true
  }

  /// Believes a heartbeat, or refuses it.
  private func promise(_ header: UnsafeRawBufferPointer, _ offset: Int64, _ batch: EventBatch) {
    func refuse(_ reason: RefusalReason, _ why: String) {
      batch.refuse(
        Refusal(
          reason: reason, detail: "the heartbeat's time \(why)", position: offset,
          message: .absent, key: .absent))
    }
    guard let milliseconds = unsafe Int64(String(decoding: header, as: UTF8.self)) else {
      return refuse(.invalidTime, "is no whole number of milliseconds since 1970")
    }
    let time = EventTime(milliseconds: milliseconds)
    // Days are counted from the first time that is heard of, one by one.
    guard time >= Limits.eventTimeMin else {
      return refuse(
        .timeOutOfRange, "of \(milliseconds) ms since 1970 lies before \(Limits.eventTimeMin)")
    }
    // One clock that is wrong must not expire every window.
    guard time <= ports.latestAccepted() else {
      return refuse(.timeInFuture, "of \(milliseconds) ms since 1970 lies in the future")
    }
    batch.heartbeat = time
  }

  private func refuseTooLarge(
    _ count: Int, _ key: ByteRange, _ offset: Int64, _ batch: EventBatch
  ) {
    batch.refuse(
      Refusal(
        reason: .messageTooLarge,
        detail: "the message has \(count) bytes, more than the \(Limits.messageBytesMax) allowed",
        position: offset, message: .absent, key: key))
  }

  private mutating func note(_ offset: Int64, _ place: Int, _ batch: EventBatch) {
    batch.nextPosition = offset + 1
    batch.messagesCount += 1
    // A heartbeat ends its batch.
    if batch.heartbeat != nil { submit(place) }
  }

  /// The batch of a partition for the record at an offset, with room for so many bytes; nil when the pipeline is
  /// full. A batch lies wholly before the committed offset or wholly after it.
  private mutating func batch(_ place: Int, at offset: Int64, needs bytes: Int) -> EventBatch? {
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

  /// Puts the message that was held where it belongs, if there is room now.
  mutating func placeHeld(waitsMilliseconds: Int = 0) {
    guard let message = held else { return }
    let place = self.place(message.topicIndex, message.partition)
    guard place >= 0 else {
      held = nil
      return
    }
    let tries = max(1, waitsMilliseconds / 20)
    for _ in 0..<tries {
      if add(message, place) {
        held = nil
        return
      }
      // Its partition was found to be ahead meanwhile: the others go on.
      if isAhead(place) {
        partitions[place].parked = message
        held = nil
        return
      }
    }
  }

  /// Puts a message that was kept where it belongs; false when there is no room.
  private mutating func add(_ message: Held, _ place: Int) -> Bool {
    message.headers.lend { headers in
      guard let payload = message.payload else {
        return unsafe addHeartbeat(
          headers.value("thermocline-watermark"), message.offset, place)
      }
      return unsafe payload.withUnsafeBytes { payload in
        unsafe message.key.withUnsafeBytes { key in
          unsafe add(payload, message.key.isEmpty ? nil : key, headers, message.offset, place)
        }
      }
    }
  }

  // MARK: alignment

  /// Whether a partition's next message may wait while others are taken.
  private func isAhead(_ place: Int) -> Bool {
    !isMidMessage && pipeline.isHeldUp(partitions[place].number)
  }

  /// Pauses the partitions that are too far ahead of others, and goes on with those that are no longer.
  mutating func align() throws(KafkaError) {
    for place in partitions.indices {
      guard let message = partitions[place].parked else { continue }
      let partition = partitions[place].partition
      if !partitions[place].isPaused {
        if !isPaused { try consumer.pause([partition]) }
        partitions[place].isPaused = true
      }
      guard !pipeline.isHeldUp(partitions[place].number), add(message, place) else { continue }
      partitions[place].parked = nil
      partitions[place].isPaused = false
      if !isPaused { try consumer.resume([partition]) }
    }
  }

  private mutating func submit(_ place: Int) {
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

  // MARK: the group

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
      Partition(
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

  /// Gives partitions up. A lost one has another owner already: nothing more is said of it.
  private mutating func drop(_ list: [KafkaPartition], isLost: Bool) throws(KafkaError) {
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
      ports.closed(number)
      partitions.remove(at: place)
    }
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

  mutating func pauseAll() throws(KafkaError) {
    if isPaused || partitions.isEmpty { return }
    try consumer.pause(partitions.map(\.partition))
    isPaused = true
  }

  mutating func resumeAll() throws(KafkaError) {
    guard isPaused else { return }
    try consumer.resume(partitions.filter { !$0.isPaused }.map(\.partition))
    isPaused = false
  }

  // MARK: time

  /// A partition that stands still follows the clock, at the clock's own pace from where its events ended, and no
  /// other one waits for its days any more: it may be far behind, and for ever.
  ///
  /// Silence is counted only while we listen. When the pipeline is full what is said lies unread, and time that went on
  /// without it would make it late.
  mutating func followClock(now: UInt64, after idle: UInt64) {
    let elapsed = lastFollow == 0 ? 0 : now &- lastFollow
    lastFollow = now
    let isSomebodyHeldUp = partitions.contains { $0.parked != nil }
    for place in partitions.indices {
      if isPaused || isHolding || partitions[place].parked != nil {
        partitions[place].lastArrival = min(now, partitions[place].lastArrival &+ elapsed)
      }
      let silent = now &- partitions[place].lastArrival
      if !partitions[place].hasData, !partitions[place].isIdle, silent > Self.emptyAfterNanoseconds
      {
        partitions[place].isIdle = true
        ports.idle(partitions[place].number)
      }
      // Said again, for a late event makes it one that is waited for.
      if idle == 0, isSomebodyHeldUp, silent > Self.patienceNanoseconds {
        ports.idle(partitions[place].number)
      }
      guard idle > 0, partitions[place].hasData, silent > idle,
        now &- partitions[place].lastAdvance > 1_000_000_000
      else { continue }
      partitions[place].lastAdvance = now
      let number = partitions[place].number
      ports.idle(number)
      let span = TimeSpan(milliseconds: Int64(silent / 1_000_000))
      pipeline.shard(of: number).perform { $0.passTime(span, partition: number) }
    }
  }

  /// What is to be told of all this. The next record of each partition tells its time.
  mutating func snapshot() -> FeederSnapshot {
    var snapshot = FeederSnapshot()
    snapshot.at = now
    snapshot.waitsCount = waitsCount
    snapshot.assignedCount = assignedCount
    snapshot.revokedCount = revokedCount
    snapshot.lostCount = lostCount
    snapshot.isLost = isLost
    snapshot.makesCheckpoints = schedule != nil
    snapshot.checkpoints = schedule?.lastSet
    snapshot.checkpointsCount = schedule?.setsCount ?? 0
    snapshot.drainedCount = draining.map { _ in schedule?.madeCount ?? 0 }
    for place in partitions.indices {
      let partition = partitions[place]
      let isWhole = partition.parked == nil && held == nil
      let position = isWhole ? max(partition.position, partition.end) : partition.position
      partitions[place].isTimestampDue = true
      snapshot.partitions.append(
        FeederSnapshot.Partition(
          partition: partition.partition, number: partition.number, position: position,
          log: consumer.cachedOffsets(partition.partition) ?? position..<position,
          committed: partition.committed, timestampMilliseconds: partition.timestamp,
          isHeldUp: partition.parked != nil))
    }
    return snapshot
  }

  /// Records of a partition not taken yet, as far as the client knows.
  private func waiting(_ place: Int) -> Int {
    let position = partitions[place].position
    guard let log = consumer.cachedOffsets(partitions[place].partition) else { return 0 }
    return Int(max(0, log.upperBound - max(position, log.lowerBound)))
  }

  private func place(_ topic: Int, _ partition: Int32) -> Int {
    let row = places[topic]
    return Int(partition) < row.count ? row[Int(partition)] : -1
  }
}
