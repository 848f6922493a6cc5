import Testing
import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineTestKit

@Suite(.timeLimit(.minutes(10))) struct KafkaConsumerTests {
  private let name = TestBroker.unique("topic")

  @Test(arguments: [1, 2] as [UInt64])
  func stoppingKeepsTheOrderAndLosesNothing(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let broker = try TestBroker(topics: [(name, 3)])
    try produceNumbers(0..<5_000, to: name, partitions: 3, at: broker)
    let reader = try Reader(broker, topics: [name])
    let all = partitions(name, 3)
    try reader.consumer.begin(Dictionary(uniqueKeysWithValues: all.map { ($0, .beginning) }))
    while reader.records.count < 5_000 {
      let limit = Int.random(in: 1...60, using: &generator)
      let taken = try reader.step(stopAfter: limit)
      #expect(taken <= limit)
      // Pausing and resuming while records are queued must not lose or repeat any either.
      if Int.random(in: 0..<10, using: &generator) == 0 {
        let some = Bool.random(using: &generator) ? all : [all.randomElement(using: &generator)!]
        try reader.consumer.pause(some)
        try reader.step(stopAfter: limit)
        try reader.consumer.resume(some)
      }
    }
    for partition in 0..<3 {
      let numbers = reader.records.filter { $0.partition == partition }.map { Int($0.text) }
      #expect(numbers == Array(stride(from: partition, to: 5_000, by: 3)), "seed \(seed)")
    }
  }

  @Test func aPausedPartitionIsSilentUntilResumed() throws {
    let broker = try TestBroker(topics: [(name, 2)])
    let reader = try Reader(broker, topics: [name])
    let all = partitions(name, 2)
    try reader.consumer.begin([all[0]: .beginning, all[1]: .beginning])
    try reader.consumer.pause([all[0]])
    try produceNumbers(0..<200, to: name, partitions: 2, at: broker)
    try reader.run { reader.records.count == 100 }
    #expect(reader.records.allSatisfy { $0.partition == 1 })
    try reader.consumer.resume([all[0]])
    try reader.run { reader.records.count == 200 }
    #expect(
      reader.records.suffix(100).map { Int($0.text)! } == Array(stride(from: 0, to: 200, by: 2)))
  }

  @Test(
    "resuming seeks to where the partitions stand: that wakes the thread that fetches, which would sleep up to a second"
  )
  func resumingWakesFetching() throws {
    let broker = try TestBroker(topics: [(name, 2)])
    try produceNumbers(0..<20, to: name, partitions: 2, at: broker)
    let reader = try Reader(broker, topics: [name], ["debug": "broker,topic,queue"])
    let all = partitions(name, 2)
    try reader.consumer.begin([all[0]: .beginning, all[1]: .beginning])
    try reader.run { reader.records.count == 20 }
    try reader.consumer.pause(all)
    try produceNumbers(20..<40, to: name, partitions: 2, at: broker)
    // It keeps so many lines, and drops newer ones.
    _ = reader.consumer.takeLog()
    try reader.consumer.resume(all)
    var hasSought = false
    try reader.run {
      hasSought = hasSought || reader.consumer.takeLog().contains { $0.text.contains("seek done") }
      return reader.records.count == 40
    }
    #expect(hasSought)
    #expect(Set(reader.records.map(\.text)).count == 40)
  }

  @Test func startsWhereTheOwnerSays() throws {
    let broker = try TestBroker(topics: [(name, 4)])
    try produceNumbers(0..<40, to: name, partitions: 4, at: broker)
    let reader = try Reader(broker, topics: [name], ["enable.partition.eof": "true"])
    let all = partitions(name, 4)
    reader.start = {
      switch $0.partition {
      case 0: .beginning
      case 1: .offset(7)
      case 2: .end
      default: .committed
      }
    }
    try reader.consumer.commit([KafkaPosition(all[3], offset: 4)])
    try reader.consumer.subscribe()
    // The end is asked for when reading begins: what is sent before the answer would lie before it.
    let end = KafkaEvent.endReached(KafkaPosition(all[2], offset: 10))
    try reader.run { reader.records.count == 10 + 3 + 6 && reader.events.contains(end) }
    try produceNumbers(40..<44, to: name, partitions: 4, at: broker)
    try reader.run { reader.records.count == 10 + 3 + 6 + 4 }
    let offsets = (0..<4).map { partition in
      reader.records.filter { $0.partition == partition }.map(\.offset)
    }
    #expect(offsets == [Array(0...10), Array(7...10), [10], Array(4...10)])
    #expect(reader.events.contains(.assigned(all)))
    let outside = try reader.consumer.watermarkOffsets(of: all[1], timeoutMilliseconds: 5_000)
    #expect(outside == 0..<11)
    #expect(reader.consumer.cachedOffsets(all[1])?.upperBound == 11)
  }

  @Test func seeksAndTellsTheEnd() throws {
    let broker = try TestBroker(topics: [(name, 1)])
    try produceNumbers(0..<20, to: name, partitions: 1, at: broker)
    let reader = try Reader(broker, topics: [name], ["enable.partition.eof": "true"])
    let partition = KafkaPartition(name, 0)
    try reader.consumer.begin([partition: .beginning])
    try reader.run { !reader.events.isEmpty }
    #expect(reader.records.map(\.offset) == Array(0..<20))
    #expect(reader.events == [.endReached(KafkaPosition(partition, offset: 20))])
    reader.records = []
    try reader.consumer.seek([KafkaPosition(partition, offset: 15)], timeoutMilliseconds: 5_000)
    try reader.run { reader.records.count == 5 }
    #expect(reader.records.map(\.offset) == Array(15..<20))
  }

  @Test func ownsItsCommits() throws {
    for key in ["enable.auto.commit", "enable.auto.offset.store"] {
      let error = #expect(throws: KafkaError.self) {
        try KafkaConsumer([key: "true", "group.id": "group"], topics: [])
      }
      #expect(error?.message.contains(key) == true)
    }
  }

  @Test func anUnreachableBrokerIsAnEvent() throws {
    let consumer = try KafkaConsumer(
      ["bootstrap.servers": "127.0.0.1:1", "group.id": "group"], topics: [name])
    try consumer.subscribe()
    var failures: [KafkaError] = []
    while !failures.contains(where: { $0.code == .allBrokersDown }) {
      consumer.poll(timeoutMilliseconds: 20) { _ in .goOn }
      for case .failed(let error) in consumer.takeEvents() { failures.append(error) }
    }
    #expect(failures.contains { $0.code == .transport && $0.message.contains("127.0.0.1:1") })
    #expect(failures.allSatisfy { !$0.isFatal })
    #expect(consumer.takeLog().contains { $0.text.contains("127.0.0.1:1") && $0.level <= 4 })
  }
}
