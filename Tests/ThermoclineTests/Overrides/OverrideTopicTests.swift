import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka
import ThermoclineKafkaTestKit

@testable import Thermocline

@Suite(.timeLimit(.minutes(2))) struct OverrideTopicTests {
  private let name = TestBroker.unique("overrides")

  @Test("what is sent is followed, a tombstone ends it, what is none is logged and counted")
  func following() throws {
    let broker = try TestBroker(topics: [(name, 1)])
    let sender = OverrideSender(topic: name, kafka: broker.settings)
    let said = ScoreOverride(
      band: "red", reason: "champion left", author: "ana",
      expires: EventTime(year: 2026, month: 2, day: 1))
    try sender.send(said, of: "a")
    try write([("b", #"{"band":"red"}"#)], to: name, of: broker)
    let book = OverrideBook()
    let lines = LogLines()
    let topic = OverrideTopic(
      name, kafka: broker.settings, book: book, log: Logger(label: "test") { _ in lines },
      failed: {})
    try topic.start()
    #expect(book.snapshot.value(of: "a") == said && book.snapshot.count == 1)
    #expect(topic.counts.read == 2 && topic.counts.set == 1 && topic.counts.refused == 1)
    #expect(lines.all.contains { $0.contains("overrides was refused") && $0.contains("account=b") })
    try sender.send(nil, of: "a")
    while book.snapshot.count > 0 { pauseBriefly() }
    topic.finish()
    #expect(topic.counts.removed == 1)
  }

  @Test("what the job would refuse is not sent")
  func refused() throws {
    let sender = OverrideSender(topic: "overrides", kafka: KafkaSettings(bootstrapServers: "x:1"))
    let empty = ScoreOverride(reason: "", author: "a", expires: .distantFuture)
    let error = #expect(throws: JobFailure.self) { try sender.send(empty, of: "a") }
    #expect(error?.status == .usage)
  }
}
