import Testing

@testable import ThermoclineKafka

@Suite struct BrokerReleaseTests {
  private func line(_ text: String) -> KafkaLogLine {
    KafkaLogLine(level: 7, facility: "APIVERSION", text: text)
  }

  @Test func theLowestBrokerCounts() {
    let lines = [
      line("[thrd:a]: a:9092/1:   ApiKey Produce (0) Versions 0..9"),
      line("[thrd:a]: a:9092/1:   ApiKey Fetch (1) Versions 0..15"),
      line("[thrd:b]: b:9092/2:   ApiKey Fetch (1) Versions 0..11"),
      line("[thrd:b]: b:9092/2:   ApiKey ListOffsets (2) Versions 0..17"),
    ]
    #expect(BrokerRelease.lowest(in: lines) == BrokerRelease(2, 3))
    #expect(BrokerRelease.lowest(in: Array(lines.prefix(1))) == nil)
  }

  @Test(arguments: [(3, nil), (4, "0.11"), (5, "0.11"), (12, "2.7"), (17, "3.9"), (99, "3.9")])
  func byTheFetchRequest(version: Int, release: String?) {
    #expect(BrokerRelease.knowing(fetchVersion: version)?.description == release)
  }

  @Test func theEmbeddedBrokerSaysItsOwn() throws {
    let broker = try EmbeddedBroker()
    #expect(BrokerRelease.probe(broker.settings) == BrokerRelease(2, 3))
  }
}
