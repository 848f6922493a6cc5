import Dispatch
import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineTestKit

/// The feeder with a clock of our own: what quiet partitions are told of time.
@Suite(.timeLimit(.minutes(5))) struct KafkaFeederTests {
  private let name = TestBroker.unique("events")

  /// What the feeder said, and who waits for it.
  private final class Told: Sendable {
    struct State {
      var opened: [Int] = []
      var read: [Int: Int] = [:]
      /// Whether more was known to wait, batch by batch.
      var behind: [Bool] = []
      var spans: [Int: [TimeSpan]] = [:]
      var idle: [Int] = []
      /// Rounds of the feeder.
      var rounds = 0
    }
    let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)

    func note(_ body: (inout State) -> Void) {
      state.withLock { body(&$0) }
      news.signal()
    }

    /// Waits until it holds; false after a minute without.
    func wait(until isDone: (State) -> Bool) -> Bool {
      let deadline = DispatchTime.now() + .seconds(60)
      while !state.withLock({ isDone($0) }) {
        if news.wait(timeout: deadline) == .timedOut { return false }
      }
      return true
    }
  }

  /// Counts events and keeps what it is told of the clock.
  private final class Listener: PartitionWork {
    private(set) var progress: PartitionProgress
    private let told: Told

    init(_ partition: Int, _ told: Told) {
      progress = PartitionProgress(
        partition: partition, nextPosition: 0, watermark: .distantPast)
      self.told = told
    }

    func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? {
      progress.nextPosition = batch.nextPosition
      let (number, count) = (progress.partition, batch.eventsCount)
      let isBehind = batch.isBehind
      told.note {
        $0.read[number, default: 0] += count
        $0.behind.append(isBehind)
      }
      return nil
    }
    func passTime(_ span: TimeSpan, _ output: OutputBatch) {
      let number = progress.partition
      told.note { $0.spans[number, default: []].append(span) }
    }
    func advance(to time: EventTime, _ output: OutputBatch) {}
    func anticipate(limit: Int, _ output: OutputBatch) -> Bool { false }
    func settle(_ output: OutputBatch) {}
    func end(_ output: OutputBatch) -> Bool { true }
    func drain(_ output: OutputBatch) {}
  }

  private final class VirtualClock: Sendable {
    private let nanoseconds = Atomic<UInt64>(1)
    var now: UInt64 { nanoseconds.load(ordering: .acquiring) }
    func pass(_ span: TimeSpan) {
      nanoseconds.add(UInt64(span.milliseconds) * 1_000_000, ordering: .acquiringAndReleasing)
    }
  }

  @Test(
    "a batch knows what waits behind it; a quiet partition follows the clock, an empty one is idle"
  )
  func quietPartitions() throws {
    let broker = try TestBroker(topics: [(name, 2)])
    try send(9_000, to: broker)
    var settings = broker.settings
    settings["group.id"] = "\(name)-group"
    settings["session.timeout.ms"] = TestBroker.sessionMilliseconds
    settings["fetch.wait.max.ms"] = "10"
    let consumer = try KafkaConsumer(settings, topics: [name])
    let (told, clock, slots) = (Told(), VirtualClock(), PartitionSlots())
    let pipeline = Pipeline(shards: 2)
    let feeder = KafkaFeeder(
      consumer: consumer, pipeline: pipeline, slots: slots,
      ports: KafkaFeeder.Ports(
        decode: { _, _, _, _, batch in
          batch.append(TestEvent(time: 1))
          return true
        },
        abandon: {}, latestAccepted: { .distantFuture },
        work: { number in
          told.note { $0.opened.append(number) }
          return Listener(number, told)
        },
        closed: { _ in }, idle: { number in told.note { $0.idle.append(number) } },
        report: { _ in }),
      idleAfter: .minutes(1), clock: { clock.now })
    let publishing = OwnThread("publisher") {
      pipeline.publish(to: NoSink(), intervalMilliseconds: 5)
    }
    let feeding = OwnThread("feeder") {
      do throws(KafkaError) { try feeder.run() } catch { Issue.record("\(error)") }
    }
    defer {
      feeder.stop()
      feeding.join()
      pipeline.stop()
      publishing.join()
      consumer.close()
    }
    try #require(told.wait { $0.opened.count == 2 })
    try #require(told.wait { $0.read.values.contains(9_000) })
    told.state.withLock {
      #expect($0.behind.first == true, "8 batches of 1,024 wait behind the first")
      #expect($0.behind.last == false)
    }
    let busy = told.state.withLock { $0.read.first!.key }
    let empty = 1 - busy
    clock.pass(.seconds(4))
    try #require(told.wait { $0.idle == [empty] })
    #expect(told.state.withLock { $0.spans.isEmpty }, "nobody has been idle for a minute")
    clock.pass(.seconds(60))
    try #require(told.wait { $0.spans[busy] == [.seconds(64)] })
    clock.pass(.hours(5))
    try #require(told.wait { $0.spans[busy] == [.seconds(64), .seconds(64) + .hours(5)] })
    // An event begins a new silence.
    try send(1, to: broker)
    try #require(told.wait { $0.read[busy] == 9_001 })
    clock.pass(.seconds(61))
    try #require(told.wait { $0.spans[busy]?.count == 3 })
    told.state.withLock {
      #expect($0.spans[busy]?.last == .seconds(61))
      #expect($0.spans[empty] == nil, "without an event there is no time to go on from")
      #expect($0.idle.first == empty)
      #expect(Set($0.idle) == [empty, busy], "nobody waits for the days of either")
    }
  }

  /// Takes one batch, and no more before the other partition has been read.
  private final class Follower: PartitionWork {
    private(set) var progress: PartitionProgress
    private let told: Told
    private let isFree: () -> Bool
    /// The second batch waits for this, and everything behind it.
    private let gate: DispatchSemaphore?

    init(
      _ partition: Int, _ told: Told, gate: DispatchSemaphore? = nil,
      isFree: @escaping () -> Bool
    ) {
      progress = PartitionProgress(partition: partition, nextPosition: 0, watermark: .distantPast)
      self.told = told
      self.gate = gate
      self.isFree = isFree
    }

    func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? {
      if progress.nextPosition > 0, let gate {
        gate.wait()
        gate.signal()
      }
      if progress.nextPosition > 0, !isFree() { return 0 }
      precondition(batch.nextPosition == progress.nextPosition + Int64(batch.eventsCount))
      progress.nextPosition = batch.nextPosition
      let (number, count) = (progress.partition, batch.eventsCount)
      told.note { $0.read[number, default: 0] += count }
      return nil
    }
    func passTime(_ span: TimeSpan, _ output: OutputBatch) {}
    func advance(to time: EventTime, _ output: OutputBatch) {}
    func anticipate(limit: Int, _ output: OutputBatch) -> Bool { false }
    func settle(_ output: OutputBatch) {}
    func end(_ output: OutputBatch) -> Bool { true }
    func drain(_ output: OutputBatch) {}
  }

  @Test(
    "a partition ahead is paused until the other has come as far; nothing of it is lost or twice")
  func ahead() throws {
    let count = 2_000
    let broker = try TestBroker(topics: [(name, 2)])
    try send(count, to: broker)
    var settings = broker.settings
    settings["group.id"] = "\(name)-group"
    settings["session.timeout.ms"] = TestBroker.sessionMilliseconds
    settings["fetch.wait.max.ms"] = "10"
    let consumer = try KafkaConsumer(settings, topics: [name])
    let (told, slots) = (Told(), PartitionSlots())
    // One shard, and a ring far smaller than what partition 0 has.
    let pipeline = Pipeline(
      shards: 1, batchesPerShard: 2, bytesCapacity: 8_192, recordsCapacity: 16)
    let feeder = KafkaFeeder(
      consumer: consumer, pipeline: pipeline, slots: slots,
      ports: KafkaFeeder.Ports(
        decode: { _, _, _, _, batch in
          batch.append(TestEvent(time: 1))
          return true
        },
        abandon: {}, latestAccepted: { .distantFuture },
        work: { number in
          told.note { $0.opened.append(number) }
          return Follower(number, told) {
            slots[number].partition == 1 || told.state.withLock { $0.read.count == 2 }
          }
        },
        closed: { _ in }, idle: { _ in }, report: { _ in }),
      idleAfter: .zero, clock: { 1 })
    let publishing = OwnThread("publisher") {
      pipeline.publish(to: NoSink(), intervalMilliseconds: 5)
    }
    let feeding = OwnThread("feeder") {
      do throws(KafkaError) { try feeder.run() } catch { Issue.record("\(error)") }
    }
    defer {
      feeder.stop()
      feeding.join()
      pipeline.stop()
      publishing.join()
      consumer.close()
    }
    try #require(told.wait { $0.opened.count == 2 && $0.read.count == 1 })
    let first = told.state.withLock { $0.read.keys.first! }
    #expect(slots[first].partition == 0)
    // The other one's first events let both read everything, though the ring was full of what had to wait.
    try send(count, to: broker, partition: 1)
    try #require(told.wait { $0.read.values.reduce(0, +) == 2 * count })
    told.state.withLock { #expect($0.read.values.allSatisfy { $0 == count }) }
  }

  @Test(
    "a message that waits for room while its partition turns out to be ahead is parked; no other takes its place"
  )
  func heldThenAhead() throws {
    let count = 500
    let broker = try TestBroker(topics: [(name, 2)])
    try send(count, to: broker)
    var settings = broker.settings
    settings["group.id"] = "\(name)-group"
    settings["session.timeout.ms"] = TestBroker.sessionMilliseconds
    settings["fetch.wait.max.ms"] = "10"
    let consumer = try KafkaConsumer(settings, topics: [name])
    let (told, slots, gate) = (Told(), PartitionSlots(), DispatchSemaphore(value: 0))
    let pipeline = Pipeline(
      shards: 1, batchesPerShard: 2, bytesCapacity: 8_192, recordsCapacity: 16)
    let feeder = KafkaFeeder(
      consumer: consumer, pipeline: pipeline, slots: slots,
      ports: KafkaFeeder.Ports(
        decode: { _, _, _, _, batch in
          batch.append(TestEvent(time: 1))
          return true
        },
        abandon: {}, latestAccepted: { .distantFuture },
        work: { number in
          told.note { $0.opened.append(number) }
          return Follower(number, told, gate: slots[number].partition == 0 ? gate : nil) {
            slots[number].partition == 1 || told.state.withLock { $0.read.count == 2 }
          }
        },
        closed: { _ in }, idle: { _ in }, report: { _ in }),
      idleAfter: .zero,
      // A round takes 20 ms: the feeder says what it does every tenth one.
      clock: {
        told.note { $0.rounds += 1 }
        return told.state.withLock { UInt64($0.rounds) * 20_000_000 }
      })
    let publishing = OwnThread("publisher") {
      pipeline.publish(to: NoSink(), intervalMilliseconds: 5)
    }
    let feeding = OwnThread("feeder") {
      do throws(KafkaError) { try feeder.run() } catch { Issue.record("\(error)") }
    }
    defer {
      gate.signal()
      feeder.stop()
      feeding.join()
      pipeline.stop()
      publishing.join()
      consumer.close()
    }
    // The second batch stands in the shard, the ring is full, and a message is held: only then the shard finds out that
    // the partition is ahead.
    try #require(told.wait { _ in feeder.snapshot.waitsCount > 0 })
    gate.signal()
    try #require(told.wait { _ in pipeline.isHeldUp(0) || pipeline.isHeldUp(1) })
    let rounds = told.state.withLock { $0.rounds }
    try #require(told.wait { $0.rounds > rounds + 5 })
    try send(count, to: broker, partition: 1)
    try #require(told.wait { $0.read.values.reduce(0, +) == 2 * count })
  }

  private func send(_ count: Int, to broker: TestBroker, partition: Int32 = 0) throws {
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic(name)
    for _ in 0..<count {
      _ = try producer.produce(to: topic, partition: partition, key: nil, value: [1])
    }
    try producer.flush(timeoutMilliseconds: 10_000)
  }
}
