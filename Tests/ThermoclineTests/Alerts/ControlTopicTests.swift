import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineKafkaTestKit

@testable import Thermocline

@Suite(.timeLimit(.minutes(2))) struct ControlTopicTests {
  private let name = TestBroker.unique("controls")

  @Test("what is sent is followed, a tombstone takes it back, what is none is counted")
  func following() throws {
    let broker = try TestBroker(topics: [(name, 1)])
    let sender = ControlSender(topic: name, kafka: broker.settings)
    let said = AlertControl(
      .acknowledge, reason: "on holiday", author: "ana",
      from: EventTime(year: 2026, month: 2, day: 1), expires: nil)
    try sender.send(said, of: "0123456789abcdef")
    try write([("b", #"{"action":"kill"}"#)], to: name, of: broker)
    let book = ControlBook()
    let topic = ControlTopic(
      name, kafka: broker.settings, book: book,
      log: Logger(label: "test") { _ in LogLines() },
      failed: {})
    try topic.start()
    #expect(book.snapshot.value(of: "0123456789abcdef") == said && book.snapshot.count == 1)
    #expect(topic.counts.read == 2 && topic.counts.set == 1 && topic.counts.refused == 1)
    try sender.send(nil, of: "0123456789abcdef")
    while book.snapshot.count > 0 { pauseBriefly() }
    topic.finish()
    #expect(topic.counts.removed == 1)
  }

  @Test("what the job would refuse is not sent")
  func refused() throws {
    let sender = ControlSender(topic: "c", kafka: KafkaSettings(bootstrapServers: "x:1"))
    let empty = AlertControl(
      .snooze, reason: "", author: "a", from: .distantPast, expires: .distantFuture)
    let error = #expect(throws: JobFailure.self) { try sender.send(empty, of: "0123456789abcdef") }
    #expect(error?.status == .usage)
  }
}
