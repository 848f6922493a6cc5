import Testing
import ThermoclineKafka
import ThermoclineKafkaTestKit

@Suite(.timeLimit(.minutes(10))) struct KafkaGroupTests {
  private let name = TestBroker.unique("topic")

  @Test func committedOffsetsOutliveTheConsumer() throws {
    let broker = try TestBroker(topics: [(name, 2)])
    try produceNumbers(0..<20, to: name, partitions: 2, at: broker)
    let all = partitions(name, 2)
    do {
      let reader = try Reader(broker, topics: [name])
      try reader.consumer.subscribe()
      try reader.run { reader.records.count == 20 }
      #expect(try reader.consumer.committed(all, timeoutMilliseconds: 5_000).isEmpty)
      try reader.consumer.commit([KafkaPosition(all[0], offset: 3)])
      let later = [KafkaPosition(all[1], offset: 8)]
      try reader.consumer.commitLater(later)
      try reader.run { reader.events.contains(.committed(later, nil)) }
      reader.consumer.close()
    }
    let reader = try Reader(broker, topics: [name])
    let committed = try reader.consumer.committed(all, timeoutMilliseconds: 5_000)
    #expect(committed == [KafkaPosition(all[0], offset: 3), KafkaPosition(all[1], offset: 8)])
    try reader.consumer.subscribe()
    try reader.run { reader.records.count == 7 + 2 }
    #expect(Set(reader.records.map(\.offset).prefix(20)) == Set(3...9))
    #expect(reader.records.count { $0.partition == 1 } == 2)
  }

  @Test func membersShareAndHandOverWithoutLoss() throws {
    let broker = try TestBroker(topics: [(name, 4)])
    try produceNumbers(0..<1_000, to: name, partitions: 4, at: broker)
    let first = try Reader(broker, topics: [name])
    let second = try Reader(broker, topics: [name])
    for reader in [first, second] {
      reader.beforeRevocation = { [unowned reader] in
        let positions = reader.positions(of: $0)
        if !positions.isEmpty { try reader.consumer.commit(positions) }
      }
    }
    try first.consumer.subscribe()
    try first.run { first.records.count >= 100 }
    try second.consumer.subscribe()
    try first.run {
      try! second.step()
      return first.owned.count == 2 && second.owned.count == 2
    }
    #expect(first.owned.isDisjoint(with: second.owned))
    // Cooperative: the first one kept two partitions throughout.
    #expect(
      first.events.contains { if case .revoked(let some) = $0 { some.count == 2 } else { false } })
    try produceNumbers(1_000..<2_000, to: name, partitions: 4, at: broker)
    try first.run {
      try! second.step()
      return first.records.count + second.records.count >= 2_000
    }
    let numbers = (first.records + second.records).map { Int($0.text)! }
    #expect(numbers.sorted() == Array(0..<2_000))
    #expect(second.records.contains { Int($0.text)! >= 1_000 })
    // When the second leaves, the first has everything again.
    try second.consumer.commit(second.positions(of: Array(second.owned)))
    second.consumer.close()
    try first.run { first.owned.count == 4 }
    try produceNumbers(2_000..<2_100, to: name, partitions: 4, at: broker)
    try first.run { first.records.count + second.records.count >= 2_100 }
    #expect((first.records + second.records).map { Int($0.text)! }.sorted() == Array(0..<2_100))
  }

  @Test func aLostAssignmentIsToldApart() throws {
    let broker = try EmbeddedBroker(topics: [(name, 2)])
    let reader = try Reader(broker, topics: [name])
    try reader.consumer.subscribe()
    try reader.run { reader.owned.count == 2 }
    let unknownMember = KafkaErrorCode(rawValue: 25)
    broker.failNext(.heartbeat, with: [unknownMember])
    try reader.run { reader.events.contains(.lost(partitions(name, 2))) }
    #expect(reader.owned.isEmpty)
  }

  /// How often members were told of another assignment.
  private func rebalances(of reader: Reader) -> Int {
    reader.events.count {
      switch $0 {
      case .assigned, .revoked, .lost: true
      default: false
      }
    }
  }

  @Test(
    "a static member that comes back within its session has its partitions again, and the others notice nothing",
    .enabled(if: TestBroker.named != nil, "the embedded broker knows no static members"))
  func staticMember() throws {
    let broker = try TestBroker(topics: [(name, 4)])
    func member(_ instance: String) throws -> Reader {
      let reader = try Reader(
        broker, topics: [name],
        ["group.instance.id": instance, "session.timeout.ms": "30000"])
      try reader.consumer.subscribe()
      return reader
    }
    let (first, second) = (try member("one"), try member("two"))
    try first.run {
      try! second.step()
      return first.owned.count == 2 && second.owned.count == 2
    }
    let (before, owned) = (rebalances(of: first), second.owned)
    // Says nothing to the broker, as one that is killed.
    second.consumer.close()
    let again = try member("two")
    try again.run {
      try! first.step()
      return again.owned.count == 2
    }
    #expect(again.owned == owned)
    // Some heartbeats go by.
    for _ in 0..<50 { try first.step() }
    #expect(rebalances(of: first) == before && first.owned.count == 2)
  }

  @Test func closingWithAnOpenRevocationDoesNotHang() throws {
    let broker = try EmbeddedBroker(topics: [(name, 2)])
    let reader = try Reader(broker, topics: [name])
    try reader.consumer.subscribe()
    try reader.run { reader.owned.count == 2 }
    broker.failNext(.heartbeat, with: [KafkaErrorCode(rawValue: 25)])
    var events: [KafkaEvent] = []
    while events.isEmpty {
      reader.consumer.poll(timeoutMilliseconds: 20) { _ in .goOn }
      events = reader.consumer.takeEvents()
    }
    #expect(events == [.lost(partitions(name, 2))])
    reader.consumer.close()
    reader.consumer.close()
  }

  @Test(
    "closing in the middle of a first join ends neither in a hang nor, as librdkafka 2.0 would, in an abort",
    arguments: [0, 15, 30])
  func closingWhileJoining(polls: Int) throws {
    let broker = try TestBroker(topics: [(name, 2)])
    let reader = try Reader(broker, topics: [name])
    try reader.consumer.subscribe()
    // The broker holds a first join for three seconds.
    for _ in 0..<polls { reader.consumer.poll(timeoutMilliseconds: 100) { _ in .goOn } }
    reader.consumer.close()
  }

  @Test func closingWithAnOpenAssignmentDoesNotHang() throws {
    let broker = try TestBroker(topics: [(name, 2)])
    let reader = try Reader(broker, topics: [name])
    try reader.consumer.subscribe()
    var events: [KafkaEvent] = []
    while events.isEmpty {
      reader.consumer.poll(timeoutMilliseconds: 20) { _ in .goOn }
      events = reader.consumer.takeEvents()
    }
    #expect(events == [.assigned(partitions(name, 2))])
    reader.consumer.close()
  }
}
