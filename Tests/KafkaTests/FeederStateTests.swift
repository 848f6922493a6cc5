import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit

@testable import ThermoclineKafka

/// What the feeder answers the group, step by step.
@Suite(.timeLimit(.minutes(5))) struct FeederStateTests {
  private let name = "events"

  /// Notes which messages it gets.
  private final class Work: PartitionWork {
    private(set) var progress: PartitionProgress

    init(_ partition: Int) {
      progress = PartitionProgress(partition: partition, nextPosition: 0, watermark: .distantPast)
    }
    func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? {
      progress.nextPosition = batch.nextPosition
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
    "of partitions that could not be opened yet, those are opened later that were not taken back meanwhile"
  )
  func takenBackBeforeOpened() throws {
    let broker = try EmbeddedBroker(topics: [(name, 4)])
    try produceNumbers(0..<40, to: name, partitions: 4, at: broker)
    let all = partitions(name, 4)
    // Its session outlasts the outage.
    let reader = try Reader(
      broker, topics: [name],
      ["session.timeout.ms": "60000", "reconnect.backoff.max.ms": "200"])
    let pipeline = Pipeline(shards: 1)
    let publishing = publisher(pipeline)
    defer {
      pipeline.stop()
      publishing.join()
    }
    let failures = Mutex<[KafkaError]>([])
    let taken = Mutex<Set<Int>>([])
    var state = state(
      reader.consumer, pipeline,
      taken: { partition in taken.withLock { _ = $0.insert(partition) } },
      failed: { error in failures.withLock { $0.append(error) } })
    let events = try assignment(reader.consumer)
    try #require(events == [.assigned(all)])
    broker.setDown()
    try state.handle(events[0])
    #expect(failures.withLock { $0.count == 1 && $0[0].isOutage })
    #expect(state.isEmpty)
    try state.handle(.revoked([all[1], all[2]]))
    broker.setUp()
    // Until it has found them again.
    for _ in 0..<20 where state.isEmpty {
      state.now += 2_000_000_000
      try state.assignPending()
    }
    try #require(state.snapshot().partitions.map(\.partition) == [all[0], all[3]])
    while taken.withLock({ $0.count < 2 }) {
      reader.consumer.poll(timeoutMilliseconds: 20) { state.take($0) }
      state.submitAll()
    }
    #expect(taken.withLock { $0 } == [0, 3])
  }

  @Test(
    "of partitions that are given up together, none judges a day after another has gone",
    arguments: [false, true])
  func givenUpTogether(isLost: Bool) throws {
    let broker = try EmbeddedBroker(topics: [(name, 3)])
    let all = partitions(name, 3)
    let reader = try Reader(broker, topics: [name])
    let pipeline = Pipeline(shards: 2)
    let publishing = publisher(pipeline)
    defer {
      pipeline.stop()
      publishing.join()
    }
    /// What goes, and what was open then.
    let gone = Mutex<[(Int, Set<Int>)]>([])
    let open = Mutex<Set<Int>>([])
    var state = state(
      reader.consumer, pipeline,
      closed: { partition in
        open.withLock { $0 = [] }
        pipeline.flush {
          $0.withPartitions { number, _, _ in open.withLock { _ = $0.insert(number) } }
        }
        gone.withLock { $0.append((partition, open.withLock { $0 })) }
      })
    let events = try assignment(reader.consumer)
    try #require(events == [.assigned(all)])
    try state.handle(events[0])
    let some = isLost ? all : Array(all[1...])
    try state.handle(isLost ? .lost(some) : .revoked(some))
    #expect(gone.withLock { $0.map(\.0) } == some.map { Int($0.partition) })
    #expect(gone.withLock { $0.allSatisfy { $0.1 == (isLost ? [] : [0]) } })
  }

  private func publisher(_ pipeline: Pipeline) -> OwnThread {
    OwnThread("publisher") { pipeline.publish(to: NoSink(), intervalMilliseconds: 5) }
  }

  private func state(
    _ consumer: KafkaConsumer, _ pipeline: Pipeline,
    taken: @escaping @Sendable (Int) -> Void = { _ in },
    closed: @escaping @Sendable (Int) -> Void = { _ in },
    failed: @escaping @Sendable (KafkaError) -> Void = { _ in }
  ) -> FeederState {
    FeederState(
      consumer: consumer, pipeline: pipeline, slots: PartitionSlots(),
      ports: KafkaFeeder.Ports(
        decode: { _, _, _, _, batch in
          taken(Int(batch.partition))
          batch.append(TestEvent(time: 1))
          return true
        },
        abandon: {}, latestAccepted: { .distantFuture }, work: { Work($0) }, closed: closed,
        idle: { _ in }, report: { if case .failed(let error) = $0 { failed(error) } }),
      now: 1)
  }

  /// What the group gives first.
  private func assignment(_ consumer: KafkaConsumer) throws -> [KafkaEvent] {
    try consumer.subscribe()
    var events: [KafkaEvent] = []
    while events.isEmpty {
      consumer.poll(timeoutMilliseconds: 20) { _ in .goOn }
      events = consumer.takeEvents()
    }
    return events
  }
}
