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

  private final class NoSink: OutputSink {
    func publish(_ batch: OutputBatch) throws(OutputSinkError) {}
    func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {}
  }

  @Test(
    "of partitions that could not be opened yet, those are opened later that were not taken back meanwhile"
  )
  func takenBackBeforeOpened() throws {
    let broker = try EmbeddedBroker(topics: [(name, 4)])
    try produceNumbers(0..<40, to: name, partitions: 4, at: broker)
    let all = partitions(name, 4)
    // Its session outlasts the outage.
    let reader = try Reader(broker, topics: [name], ["session.timeout.ms": "60000"])
    let pipeline = Pipeline(shards: 1)
    let publishing = OwnThread("publisher") {
      pipeline.publish(to: NoSink(), intervalMilliseconds: 5)
    }
    defer {
      pipeline.stop()
      publishing.join()
    }
    let failures = Mutex<[KafkaError]>([])
    let taken = Mutex<Set<Int>>([])
    let slots = PartitionSlots()
    var state = FeederState(
      consumer: reader.consumer, pipeline: pipeline, slots: slots,
      ports: KafkaFeeder.Ports(
        decode: { _, _, _, _, batch in
          taken.withLock { _ = $0.insert(Int(batch.partition)) }
          batch.append(TestEvent(time: 1))
          return true
        },
        abandon: {}, latestAccepted: { .distantFuture }, work: { Work($0) }, closed: { _ in },
        idle: { _ in },
        report: { if case .failed(let error) = $0 { failures.withLock { $0.append(error) } } }),
      now: 1)
    try reader.consumer.subscribe()
    var events: [KafkaEvent] = []
    while events.isEmpty {
      reader.consumer.poll(timeoutMilliseconds: 20) { _ in .goOn }
      events = reader.consumer.takeEvents()
    }
    try #require(events == [.assigned(all)])
    broker.setDown()
    try state.handle(events[0])
    #expect(failures.withLock { $0.count == 1 && $0[0].isOutage })
    #expect(state.isEmpty)
    try state.handle(.revoked([all[1], all[2]]))
    broker.setUp()
    state.now += 2_000_000_000
    try state.assignPending()
    #expect(state.snapshot().partitions.map(\.partition) == [all[0], all[3]])
    while taken.withLock({ $0.count < 2 }) {
      reader.consumer.poll(timeoutMilliseconds: 20) { state.take($0) }
      state.submitAll()
    }
    #expect(taken.withLock { $0 } == [0, 3])
  }
}
