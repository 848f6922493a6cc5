import Dispatch
import Synchronization
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit

/// Keeps what it is given; can be told to wait before publishing, and to fail.
final class CollectingSink: OutputSink, Sendable {
  struct State {
    var said: [Said] = []
    var saidDays: [Int: EventTime] = [:]
    var commits: [[Int: Int64]] = []
    /// Records published before each commit.
    var saidAtCommit: [Int] = []
    var batches = 0
    var mostBytes = 0
    var discards = 0
    /// Commits still to be put off.
    var postponements = 0
    /// The brokers are away: no batch is taken.
    var isAway = false
    /// Takes the records of each batch away.
    var isTaking = false
  }
  let state = Mutex(State())
  /// Publishing waits for this.
  let gate: DispatchSemaphore?
  let failsAtBatch: Int?

  init(failsAtBatch: Int? = nil, gate: DispatchSemaphore? = nil) {
    self.failsAtBatch = failsAtBatch
    self.gate = gate
  }

  func makeRoom() throws(OutputSinkError) {
    if state.withLock({ $0.isAway }) { throw OutputSinkError("nobody answers", isPassing: true) }
  }

  func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    gate?.wait()
    defer { gate?.signal() }
    let said = batch.said
    if state.withLock({ $0.isTaking }) { batch.exchangeRecords(with: OutputBatch()) }
    let number = state.withLock { state in
      state.batches += 1
      state.said += said
      state.mostBytes = max(state.mostBytes, batch.bytes.count)
      return state.batches
    }
    if number == failsAtBatch { throw OutputSinkError("the disk is full") }
  }

  func discard() throws(OutputSinkError) { state.withLock { $0.discards += 1 } }

  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {
    let isPostponed = state.withLock { state in
      if state.postponements > 0 { state.postponements -= 1 }
      return state.postponements > 0
    }
    if isPostponed { throw OutputSinkError("not now", isPassing: true) }
    state.withLock { state in
      state.saidAtCommit.append(state.said.count)
      state.commits.append(
        Dictionary(uniqueKeysWithValues: progress.map { ($0.partition, $0.nextPosition) }))
      for each in progress { state.saidDays[each.partition] = each.said.days }
    }
  }

  var said: [Said] { state.withLock { $0.said } }
  /// The last position committed of each partition.
  var committed: [Int: Int64] {
    state.withLock { $0.commits.reduce(into: [:]) { $0.merge($1) { $1 } } }
  }
}

/// Says each event back on its partition's own stream of lines; costs nothing, so that the pipeline is what is tested.
private final class Echo: PartitionWork {
  private(set) var progress: PartitionProgress
  private let bytesEach: Int
  /// Has an early reading to give after each batch.
  private let isEager: Bool
  private var isDirty = false

  init(_ partition: Int, bytesEach: Int = 1, isEager: Bool = false) {
    self.isEager = isEager
    progress = PartitionProgress(partition: partition, nextPosition: 0, watermark: .distantPast)
    self.bytesEach = bytesEach
  }

  func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? {
    for i in 0..<batch.eventsCount {
      let time = EventTime(milliseconds: batch[i].time)
      output.add(.changes, key: "p\(progress.partition)", at: time) { writer in
        for _ in 0..<bytesEach { writer.value(Int64(time.milliseconds)) }
      }
    }
    output.counts.read += batch.eventsCount
    progress.nextPosition = batch.nextPosition
    isDirty = isEager
    return nil
  }
  func advance(to time: EventTime, _ output: OutputBatch) {}
  func anticipate(limit: Int, _ output: OutputBatch) -> Bool {
    if isDirty { output.add(.scores, key: "p\(progress.partition)", at: .distantPast) { _ in } }
    isDirty = false
    return false
  }
  func passTime(_ span: TimeSpan, _ output: OutputBatch) {}
  func settle(_ output: OutputBatch) {}
  func end(_ output: OutputBatch) -> Bool { true }
  func drain(_ output: OutputBatch) {
    output.add(.alerts, key: "p\(progress.partition)", at: .distantPast) { $0.value(Int64(0)) }
  }
}

/// Says an alert when it is drained.
private final class Alarm: PartitionWork {
  let progress = PartitionProgress(partition: 1, nextPosition: 0, watermark: .distantPast)
  func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? { nil }
  func settle(_ output: OutputBatch) {}
  func advance(to time: EventTime, _ output: OutputBatch) {}
  func anticipate(limit: Int, _ output: OutputBatch) -> Bool { false }
  func passTime(_ span: TimeSpan, _ output: OutputBatch) {}
  func end(_ output: OutputBatch) -> Bool { true }
  func drain(_ output: OutputBatch) {
    output.add(.alerts, key: "a", at: .distantPast) { $0.value(Int64(0)) }
    output.counts.alerts += 1
  }
}

/// Set once, by any thread.
private final class AtomicFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  var value: Bool { flag.load(ordering: .acquiring) }
  func set() { flag.store(true, ordering: .releasing) }
}

/// Says nothing; its last day is open until something outside it is decided, as a day's verdict is.
private final class Withholding: PartitionWork {
  private let isDecided: @Sendable () -> Bool
  private var position: Int64 = 0
  private var isOpen = true

  init(_ isDecided: @escaping @Sendable () -> Bool) { self.isDecided = isDecided }

  var progress: PartitionProgress {
    PartitionProgress(
      partition: 0, nextPosition: position, watermark: .distantPast,
      said: SaidTimes(days: isOpen ? .distantPast : monday))
  }
  func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? {
    position = batch.nextPosition
    return nil
  }
  func settle(_ output: OutputBatch) { isOpen = isOpen && !isDecided() }
  func advance(to time: EventTime, _ output: OutputBatch) {}
  func anticipate(limit: Int, _ output: OutputBatch) -> Bool { false }
  func passTime(_ span: TimeSpan, _ output: OutputBatch) {}
  func end(_ output: OutputBatch) -> Bool { true }
  func drain(_ output: OutputBatch) {}
}

/// Stops in the middle of its first batch until it may go on.
private final class Waiter: PartitionWork {
  private(set) var progress: PartitionProgress
  private let mayGoOn: @Sendable () -> Bool

  init(_ partition: Int, _ mayGoOn: @escaping @Sendable () -> Bool) {
    progress = PartitionProgress(partition: partition, nextPosition: 0, watermark: .distantPast)
    self.mayGoOn = mayGoOn
  }

  func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? {
    for i in start..<batch.eventsCount {
      if i == 1, !mayGoOn() { return i }
      output.add(
        .changes, key: "p\(progress.partition)", at: EventTime(milliseconds: batch[i].time)
      ) { $0.value(Int64(i)) }
      output.counts.read += 1
    }
    progress.nextPosition = batch.nextPosition
    return nil
  }
  func settle(_ output: OutputBatch) {}
  func advance(to time: EventTime, _ output: OutputBatch) {}
  func anticipate(limit: Int, _ output: OutputBatch) -> Bool { false }
  func passTime(_ span: TimeSpan, _ output: OutputBatch) {}
  func end(_ output: OutputBatch) -> Bool { mayGoOn() }
  func drain(_ output: OutputBatch) {}
}

@Suite(.timeLimit(.minutes(5))) struct PipelineTests {
  private func publisher(
    _ pipeline: Pipeline, _ sink: CollectingSink, interval: Int = 5
  ) -> OwnThread {
    OwnThread("publisher") { pipeline.publish(to: sink, intervalMilliseconds: interval) }
  }

  private func pipeline(
    shards: Int, partitions: Int, batchesPerShard: Int = 4, bytesEach: Int = 1
  ) -> Pipeline {
    let pipeline = Pipeline(
      shards: shards, batchesPerShard: batchesPerShard, bytesCapacity: 4_096, recordsCapacity: 64)
    pipeline.flush { shard in
      for number in 0..<partitions where pipeline.shard(of: number) === shard {
        shard.open(number, Echo(number, bytesEach: bytesEach))
      }
    }
    return pipeline
  }

  private func submit(
    _ pipeline: Pipeline, _ partition: Int, from: Int, count: Int, isRebuilding: Bool = false,
    isBehind: Bool = false
  ) {
    var batch: EventBatch?
    while batch == nil { batch = pipeline.takeBatch(partition: partition, waitMilliseconds: 50) }
    for i in from..<(from + count) { batch!.append(TestEvent(time: Int64(i))) }
    batch!.messagesCount = count
    batch!.nextPosition = Int64(from + count)
    batch!.isRebuilding = isRebuilding
    batch!.isBehind = isBehind
    pipeline.shard(of: partition).submit(batch!, partition: partition)
  }

  @Test("a partition that is behind is read early in every tenth commit interval only")
  func behind() throws {
    let pipeline = Pipeline(shards: 1)
    pipeline.flush { shard in
      for number in 0..<2 { shard.open(number, Echo(number, isEager: true)) }
    }
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink, interval: 1)
    submit(pipeline, 0, from: 0, count: 1)
    submit(pipeline, 1, from: 0, count: 1, isBehind: true)
    func place(_ key: String) -> Int? {
      sink.said.firstIndex { $0.stream == .scores && $0.key == key }
    }
    while place("p1") == nil { pipeline.flush() }
    pipeline.stop()
    publishing.join()
    let early = try #require(place("p1"))
    let before = sink.state.withLock { $0.saidAtCommit.filter { $0 <= early }.count }
    #expect(before >= Limits.earlyIntervalsBehind - 1, "intervals are counted from one")
    #expect(try #require(place("p0")) < early)
  }

  @Test("any number of shards says the same of each partition, in its order", arguments: [1, 2, 3])
  func shards(count: Int) {
    let pipeline = pipeline(shards: count, partitions: 5)
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink)
    for round in 0..<60 {
      for partition in 0..<5 {
        submit(pipeline, partition, from: round * 10, count: 10)
      }
    }
    pipeline.flush()
    pipeline.stop()
    publishing.join()
    let said = Dictionary(grouping: sink.said, by: \.key)
    for partition in 0..<5 {
      #expect(said["p\(partition)"]?.map(\.at.milliseconds) == Array(0..<600))
    }
    #expect(sink.committed == [0: 600, 1: 600, 2: 600, 3: 600, 4: 600])
    #expect(pipeline.snapshot.totals.read == 3_000)
    #expect(pipeline.snapshot.failure == nil)
  }

  @Test("a sink that stands still stops the feeder before memory grows, and nothing is lost")
  func backpressure() {
    let batches = 4
    // 64 events of 16 KiB: each batch is more than a hand-over.
    let pipeline = pipeline(shards: 1, partitions: 1, batchesPerShard: batches, bytesEach: 1_024)
    let gate = DispatchSemaphore(value: 0)
    let sink = CollectingSink(gate: gate)
    let publishing = publisher(pipeline, sink)
    var submitted = 0
    var isFull = false
    while !isFull, submitted < 1_000 {
      // Half a second without an empty batch: nothing moves any more.
      guard let batch = pipeline.takeBatch(partition: 0, waitMilliseconds: 500) else {
        isFull = true
        break
      }
      for i in 0..<64 { batch.append(TestEvent(time: Int64(submitted * 64 + i))) }
      submitted += 1
      batch.nextPosition = Int64(submitted * 64)
      pipeline.shards[0].submit(batch, partition: 0)
    }
    #expect(isFull)
    #expect(
      submitted <= batches + Limits.ringBatchesMax + 2, "the rings' room and what is in hands")
    gate.signal()
    pipeline.flush()
    pipeline.stop()
    publishing.join()
    #expect(sink.said.map(\.at.milliseconds) == Array(0..<Int64(submitted * 64)))
    #expect(sink.state.withLock { $0.mostBytes } < 4 << 20)
  }

  @Test(
    "a partition that waits for another one takes no room from it, whatever shard they share",
    arguments: [1, 2])
  func heldUp(shards: Int) {
    let batches = 4
    let pipeline = Pipeline(
      shards: shards, batchesPerShard: batches, bytesCapacity: 4_096, recordsCapacity: 64)
    let seen = Hidden()
    pipeline.flush { shard in
      if pipeline.shard(of: 0) === shard { shard.open(0, Waiter(0) { seen.isEnough }) }
      if pipeline.shard(of: 1) === shard { shard.open(1, Waiter(1) { seen.note() }) }
    }
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink)
    var ahead = 0
    while ahead < 100, let batch = pipeline.takeBatch(partition: 0, waitMilliseconds: 200) {
      for i in 0..<10 { batch.append(TestEvent(time: Int64(ahead * 10 + i))) }
      ahead += 1
      batch.nextPosition = Int64(ahead * 10)
      pipeline.shard(of: 0).submit(batch, partition: 0)
    }
    #expect(ahead <= batches, "no more than the ring held when it was found to be ahead")
    #expect(pipeline.isHeldUp(0))
    for round in 0..<Hidden.enough {
      submit(pipeline, 1, from: round * 10, count: 10)
    }
    pipeline.endInput()
    #expect(!pipeline.isHeldUp(0))
    pipeline.stop()
    publishing.join()
    let said = Dictionary(grouping: sink.said, by: \.key)
    #expect(said["p0"]?.map(\.at.milliseconds) == Array(0..<Int64(ahead * 10)))
    #expect(said["p1"]?.map(\.at.milliseconds) == Array(0..<Int64(Hidden.enough * 10)))
    #expect(sink.committed == [0: Int64(ahead * 10), 1: Int64(Hidden.enough * 10)])
  }

  /// How many batches the partition behind has had.
  private final class Hidden: Sendable {
    static let enough = 40
    private let batches = Atomic<Int>(0)
    var isEnough: Bool { batches.load(ordering: .acquiring) >= Self.enough }
    func note() -> Bool {
      batches.add(1, ordering: .acquiringAndReleasing)
      return true
    }
  }

  @Test("a failing sink ends publishing, is reported, and leaves nobody waiting")
  func failure() {
    let pipeline = pipeline(shards: 2, partitions: 2, bytesEach: 1_024)
    let sink = CollectingSink(failsAtBatch: 2)
    let isTold = Atomic<Int>(0)
    publishing(pipeline, sink) {
      isTold.add(1, ordering: .relaxed)
    } body: {
      var submitted = 0
      while pipeline.snapshot.failure == nil {
        guard let batch = pipeline.takeBatch(partition: submitted % 2, waitMilliseconds: 10) else {
          continue
        }
        for i in 0..<64 { batch.append(TestEvent(time: Int64(i))) }
        pipeline.shards[submitted % 2].submit(batch, partition: submitted % 2)
        submitted += 1
      }
      // More than the output ring has room for: would wait for ever if outputs were still kept for the sink.
      for _ in 0..<(3 * Limits.ringBatchesMax) { pipeline.flush { $0.drain() } }
      pipeline.commitAll()
      pipeline.stop()
    }
    #expect(pipeline.snapshot.failure?.description == "the disk is full")
    #expect(isTold.load(ordering: .relaxed) == 1)
    #expect(sink.state.withLock { $0.batches } == 2, "nothing is published after the failure")
  }

  private func publishing(
    _ pipeline: Pipeline, _ sink: CollectingSink, failed: @escaping @Sendable () -> Void,
    body: () -> Void
  ) {
    let thread = OwnThread("publisher") {
      pipeline.publish(to: sink, intervalMilliseconds: 5, failed: failed)
    }
    body()
    thread.join()
  }

  /// Fills all rings of a pipeline whose sink takes nothing; how many batches went in.
  private func fill(_ pipeline: Pipeline) -> Int {
    var submitted = 0
    // A tenth of a second without an empty batch: nothing moves any more.
    while let batch = pipeline.takeBatch(partition: 0, waitMilliseconds: 100) {
      batch.append(TestEvent(time: Int64(submitted)))
      batch.messagesCount = 1
      submitted += 1
      batch.nextPosition = Int64(submitted)
      pipeline.shard(of: 0).submit(batch, partition: 0)
    }
    return submitted
  }

  @Test("while the brokers are away the rings fill and the reason stands there; then all goes out")
  func outage() throws {
    let pipeline = pipeline(shards: 1, partitions: 1)
    let sink = CollectingSink()
    sink.state.withLock { $0.isAway = true }
    let told = DispatchSemaphore(value: 0)
    let publishing = OwnThread("publisher") {
      pipeline.publish(to: sink, intervalMilliseconds: 1, waits: { _ in told.signal() })
    }
    let submitted = fill(pipeline)
    #expect(submitted < 1_000)
    for _ in 0..<200 { told.wait() }
    #expect(pipeline.snapshot.waiting?.reason == "nobody answers")
    #expect(pipeline.snapshot.failure == nil && sink.said.isEmpty)
    sink.state.withLock { $0.isAway = false }
    pipeline.commitAll()
    #expect(sink.said.map(\.at.milliseconds) == (0..<Int64(submitted)).map { $0 })
    #expect(pipeline.snapshot.waiting == nil && sink.committed == [0: Int64(submitted)])
    pipeline.stop()
    publishing.join()
  }

  @Test("partitions lost while the brokers are away are closed at once; what they said is dropped")
  func lostWhileAway() {
    let pipeline = pipeline(shards: 1, partitions: 1)
    let sink = CollectingSink()
    sink.state.withLock { $0.isAway = true }
    let publishing = publisher(pipeline, sink, interval: 1)
    _ = fill(pipeline)
    pipeline.beginDiscarding()
    pipeline.flush { $0.close(0, isLost: true) }
    pipeline.discardAll()
    #expect(sink.state.withLock { $0.discards } == 1)
    sink.state.withLock { $0.isAway = false }
    pipeline.flush { $0.open(0, Echo(0)) }
    submit(pipeline, 0, from: 0, count: 1)
    pipeline.commitAll()
    #expect(sink.said.count == 1 && sink.committed == [0: 1])
    pipeline.stop()
    publishing.join()
  }

  @Test("a job that is told to end gives brokers that are away up, and says so")
  func endsWhileAway() {
    let pipeline = pipeline(shards: 1, partitions: 1)
    let sink = CollectingSink()
    sink.state.withLock { $0.isAway = true }
    let publishing = publisher(pipeline, sink, interval: 1)
    _ = fill(pipeline)
    #expect(!pipeline.commitAll(unless: { pipeline.snapshot.waiting != nil }))
    pipeline.limitWaiting(seconds: 0)
    // Puts nothing off.
    pipeline.limitWaiting(seconds: 3_600)
    // Would wait for ever if outputs were still kept for the sink.
    for _ in 0..<(3 * Limits.ringBatchesMax) { pipeline.flush { $0.drain() } }
    pipeline.stop()
    publishing.join()
    let text = pipeline.snapshot.failure?.description ?? ""
    #expect(text.contains("told to end") && text.contains("nobody answers"), "\(text)")
  }

  @Test("the newest alerts are remembered of a sink that takes the records away, too")
  func newestAlerts() {
    let pipeline = pipeline(shards: 1, partitions: 1)
    let sink = CollectingSink()
    sink.state.withLock { $0.isTaking = true }
    let publishing = publisher(pipeline, sink)
    pipeline.flush { shard in shard.open(1, Alarm()) }
    pipeline.flush { $0.drain() }
    pipeline.commitAll()
    #expect(pipeline.snapshot.newestAlerts.count == 2, "one of each partition")
    pipeline.stop()
    publishing.join()
  }

  @Test("commitAll returns when everything submitted before is published and committed")
  func commitAll() {
    let pipeline = pipeline(shards: 2, partitions: 3)
    let sink = CollectingSink()
    // An interval longer than the test: only commitAll and stop commit.
    let publishing = publisher(pipeline, sink, interval: 100_000)
    for round in 1...5 {
      for partition in 0..<3 { submit(pipeline, partition, from: (round - 1) * 7, count: 7) }
      pipeline.commitAll()
      let expected = Int64(round * 7)
      #expect(sink.committed == [0: expected, 1: expected, 2: expected])
      #expect(sink.said.count == round * 21)
    }
    pipeline.stop()
    publishing.join()
  }

  @Test("records are published before the commit that covers them")
  func order() {
    let pipeline = pipeline(shards: 2, partitions: 2)
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink, interval: 1)
    for round in 0..<200 {
      for partition in 0..<2 { submit(pipeline, partition, from: round, count: 1) }
    }
    pipeline.flush()
    pipeline.stop()
    publishing.join()
    let (commits, counts) = sink.state.withLock { ($0.commits, $0.saidAtCommit) }
    var covered: [Int: Int64] = [:]
    for (commit, count) in zip(commits, counts) {
      for (partition, position) in commit {
        #expect(position >= covered[partition] ?? 0, "never backwards")
        covered[partition] = position
      }
      #expect(Int(covered.values.reduce(0, +)) <= count)
    }
    #expect(covered == [0: 200, 1: 200])
  }

  @Test("a sink kept busy all the time is still told to commit")
  func commitsUnderLoad() {
    let pipeline = pipeline(shards: 1, partitions: 1)
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink, interval: 1)
    var position = 0
    while sink.committed[0] ?? 0 < 1_000 {
      submit(pipeline, 0, from: position, count: 10)
      position += 10
    }
    #expect(sink.committed[0]! <= Int64(position))
    pipeline.flush()
    pipeline.stop()
    publishing.join()
  }

  @Test("while a partition rebuilds nothing of it is said, drained or committed")
  func rebuilding() {
    let pipeline = Pipeline(
      shards: 1, batchesPerShard: 4, bytesCapacity: 4_096, recordsCapacity: 64)
    pipeline.flush {
      $0.open(0, Echo(0, isEager: true), publishedBefore: 20)
      $0.open(1, Echo(1))
    }
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink)
    submit(pipeline, 0, from: 0, count: 10, isRebuilding: true)
    submit(pipeline, 1, from: 0, count: 5)
    pipeline.flush { $0.drain() }
    pipeline.commitAll()
    #expect(Set(sink.said.map(\.key)) == ["p1"])
    #expect(sink.committed == [1: 5])
    submit(pipeline, 0, from: 10, count: 10, isRebuilding: true)
    submit(pipeline, 0, from: 20, count: 3)
    pipeline.flush { $0.drain() }
    pipeline.stop()
    publishing.join()
    let own = sink.said.filter { $0.key == "p0" && $0.stream == .changes }
    #expect(own.map(\.at.milliseconds) == [20, 21, 22])
    #expect(sink.committed == [0: 23, 1: 5])
  }

  @Test("a batch with much to say is handed on in pieces, and nothing is committed between them")
  func pieces() {
    let pipeline = Pipeline(
      shards: 2, batchesPerShard: 4, bytesCapacity: 1 << 16, recordsCapacity: 512)
    pipeline.flush { shard in
      for number in 0..<2 where pipeline.shard(of: number) === shard {
        // 512 events of 64 KiB: 32 MiB of output from one batch of input.
        shard.open(number, Echo(number, bytesEach: number == 0 ? 4_096 : 1))
      }
    }
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink, interval: 1)
    for round in 0..<4 {
      submit(pipeline, 0, from: round * 500, count: 500)
      for i in 0..<10 { submit(pipeline, 1, from: round * 10 + i, count: 1) }
    }
    pipeline.flush()
    pipeline.stop()
    publishing.join()
    let own = sink.said.filter { $0.key == "p0" }
    #expect(own.map(\.at.milliseconds) == Array(0..<2_000))
    #expect(sink.state.withLock { $0.mostBytes } < 2 * Limits.outputPieceBytes)
    let (commits, counts, said) = sink.state.withLock { ($0.commits, $0.saidAtCommit, $0.said) }
    for (commit, count) in zip(commits, counts) {
      let saidOfFirst = said[..<count].count { $0.key == "p0" }
      #expect(saidOfFirst % 500 == 0, "an input is said wholly or not at all")
      if let position = commit[0] { #expect(Int(position) == saidOfFirst) }
    }
    #expect(sink.committed == [0: 2_000, 1: 40])
    #expect(pipeline.snapshot.totals.read == 2_040)
  }

  @Test("that a day is judged is committed, though nothing more is said")
  func openDay() {
    let isDecided = AtomicFlag()
    let pipeline = Pipeline(
      shards: 1, batchesPerShard: 4, bytesCapacity: 4_096, recordsCapacity: 64)
    pipeline.flush { $0.open(0, Withholding { isDecided.value }) }
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink, interval: 1)
    submit(pipeline, 0, from: 0, count: 9)
    pipeline.commitAll()
    #expect(sink.committed == [0: 9])
    #expect(sink.state.withLock { $0.saidDays } == [0: .distantPast])
    isDecided.set()
    // Each commit lets the shard look again; its word is in the commit after that.
    for _ in 0..<5 { pipeline.commitAll() }
    #expect(sink.state.withLock { $0.saidDays } == [0: monday])
    pipeline.stop()
    publishing.join()
  }

  @Test("a closed partition's last position is committed, a lost one's is not")
  func closing() {
    let pipeline = pipeline(shards: 1, partitions: 2)
    let sink = CollectingSink()
    let publishing = publisher(pipeline, sink, interval: 100_000)
    submit(pipeline, 0, from: 0, count: 9)
    submit(pipeline, 1, from: 0, count: 9)
    pipeline.flush {
      $0.close(0)
      $0.close(1, isLost: true)
    }
    pipeline.stop()
    publishing.join()
    #expect(sink.committed[0] == 9)
  }
  @Test(
    "what lost partitions said since the last commit is discarded, and nobody waits for its commit")
  func discarding() {
    let pipeline = pipeline(shards: 2, partitions: 2)
    let sink = CollectingSink()
    // An interval longer than the test: only commitAll and stop commit.
    let publishing = publisher(pipeline, sink, interval: 100_000)
    submit(pipeline, 0, from: 0, count: 5)
    pipeline.commitAll()
    submit(pipeline, 0, from: 5, count: 5)
    submit(pipeline, 1, from: 0, count: 5)
    pipeline.flush {
      $0.close(0, isLost: true)
      $0.close(1, isLost: true)
    }
    pipeline.discardAll()
    #expect(sink.state.withLock { $0.discards } == 1)
    // The next owner may be this process: it begins where the commit was.
    pipeline.flush { if $0 === pipeline.shard(of: 0) { $0.open(0, Echo(0)) } }
    submit(pipeline, 0, from: 5, count: 5)
    pipeline.commitAll()
    #expect(sink.committed == [0: 10])
    pipeline.stop()
    publishing.join()
  }

  @Test("a commit that has to wait is made later, with everything said meanwhile")
  func postponing() {
    let pipeline = pipeline(shards: 1, partitions: 1)
    let sink = CollectingSink()
    sink.state.withLock { $0.postponements = 3 }
    let publishing = publisher(pipeline, sink, interval: 1)
    submit(pipeline, 0, from: 0, count: 5)
    #expect(pipeline.commitAll())
    #expect(sink.committed == [0: 5])
    sink.state.withLock { $0.postponements = .max }
    submit(pipeline, 0, from: 5, count: 5)
    #expect(!pipeline.commitAll(unless: { true }))
    sink.state.withLock { $0.postponements = 0 }
    pipeline.stop()
    publishing.join()
    #expect(sink.committed == [0: 10])
  }
}
