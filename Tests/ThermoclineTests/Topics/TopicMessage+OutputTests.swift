import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineKafka
import ThermoclineProtobuf

@testable import Thermocline

@Suite(.timeLimit(.minutes(2))) struct TopicMessageOutputTests {
  private func json(_ fingerprint: String) -> String {
    var writer = JSONWriter()
    HealthAlertEncoder.encode(
      HealthAlert(
        fingerprint: fingerprint, account: "acct-7", rule: "silence", state: .firing,
        at: EventTime(year: 2026, month: 2, day: 1)), into: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(
    "alerts are listed in whichever encoding they came; what only calls itself Protobuf is counted")
  func eitherEncoding() throws {
    let broker = try EmbeddedBroker(topics: [("alerts", 1)])
    try write([("acct-7", json("a"))], to: "alerts", of: broker)
    try write([("acct-7", json("b"))], to: "alerts", as: .alert, of: broker)
    let header = KafkaHeader(ProtobufMessage.header, Array(ProtobufMessage.alert.contentType.utf8))
    try write([("acct-7", "no message")], to: "alerts", headers: [header], of: broker)
    // JSON with a header that says so.
    let other = KafkaHeader(ProtobufMessage.header, Array("application/json".utf8))
    try write([("acct-7", json("c")), ("acct-7", nil)], to: "alerts", headers: [other], of: broker)
    let list = try AlertList(topic: "alerts", kafka: broker.settings)
    #expect(list.alerts.map(\.fingerprint).sorted() == ["a", "b", "c"])
    #expect(list.unreadable == 1)
  }
}
