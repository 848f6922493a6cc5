import Foundation
import Logging
import Testing
import ThermoclineCore
import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineTestKit

@testable import Thermocline

@Suite(.timeLimit(.minutes(5))) struct PositionResetTests {
  private let broker: TestBroker
  private let name = TestBroker.unique("events")
  private let group = TestBroker.unique("job")

  init() throws { broker = try TestBroker(topics: [(name: name, partitions: 2)]) }

  private func reset(
    to target: PositionReset.Target, partition: Int32? = nil
  ) throws -> PositionReset {
    try PositionReset(
      to: target, partition: partition, group: group, inputTopics: [name],
      kafka: broker.settings)
  }

  private func committed() throws -> [Int64?] {
    var settings = broker.settings
    settings["group.id"] = group
    let consumer = try KafkaConsumer(settings, topics: [])
    let places = (0..<2).map { KafkaPartition(name, $0) }
    let found = try consumer.committed(places, timeoutMilliseconds: 10_000)
    return places.map { place in found.first { $0.partition == place }?.offset }
  }

  private func produce(_ count: Int, partition: Int32) throws {
    try write(
      (0..<count).map { (key: "a", value: "{\"n\":\($0)}") }, to: name, partition: partition,
      of: broker)
  }

  @Test("nothing changes before it is applied; then the group has the positions and their mark")
  func applied() throws {
    try produce(7, partition: 0)
    try produce(3, partition: 1)
    let end = try reset(to: .end)
    #expect(end.changes.map(\.to) == [7, 3] && end.changes.allSatisfy { $0.from == nil })
    #expect(try committed() == [nil, nil])
    try end.apply()
    #expect(try committed() == [7, 3])
    let back = try reset(to: .offset(5), partition: 0)
    #expect(back.changes.map(\.from) == [7] && back.changes.map(\.to) == [5])
    #expect(back.text == "\(name)[0]  7 → 5  2 messages are judged again")
    try back.apply()
    #expect(try committed() == [5, 3], "the other partition stays")
    try reset(to: .beginning).apply()
    #expect(try committed() == [0, 0])
    // A job that starts then must find the topic's number of partitions beside the position.
    var settings = broker.settings
    settings["group.id"] = group
    let marks = try KafkaConsumer(settings, topics: []).committedMarks(
      [KafkaPartition(name, 0)], timeoutMilliseconds: 10_000)
    #expect(marks.values.map(\.partitionsCount) == [2])
  }

  @Test("a place that the log does not have, and a partition that there is not, are refused")
  func outside() throws {
    try produce(4, partition: 0)
    for (target, partition) in [(PositionReset.Target.offset(5), 0 as Int32), (.end, 9)] {
      let failure = #expect(throws: JobFailure.self) {
        _ = try reset(to: target, partition: partition)
      }
      #expect(failure?.status == .usage)
      #expect(failure?.message.contains("allowed: 0 to ") == true, "\(failure?.message ?? "")")
    }
    #expect(try reset(to: .offset(4), partition: 0).changes.map(\.to) == [4])
  }

  @Test("while the group has a member nothing is changed")
  func members() throws {
    try produce(4, partition: 0)
    var settings = broker.settings
    settings["group.id"] = group
    let member = try KafkaConsumer(settings, topics: [name])
    defer { member.close() }
    try member.subscribe()
    var isJoined = false
    while !isJoined {
      member.poll(timeoutMilliseconds: 20) { _ in .goOn }
      for case .assigned(let partitions) in member.takeEvents() {
        isJoined = true
        try member.begin(
          Dictionary(uniqueKeysWithValues: partitions.map { ($0, KafkaStart.beginning) }))
      }
    }
    let failure = #expect(throws: JobFailure.self) { try reset(to: .end).apply() }
    #expect(failure?.message.contains("has members") == true)
    #expect(try committed() == [nil, nil])
  }
}
