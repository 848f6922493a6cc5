import Testing
import ThermoclineKafka

@Suite(.timeLimit(.minutes(10))) struct KafkaMetadataTests {
  @Test func listsBrokersAndTopics() throws {
    let broker = try EmbeddedBroker(brokers: 3, topics: [("b", 5), ("a", 1)])
    let all = try KafkaMetadata.fetch(broker.settings, timeoutMilliseconds: 10_000)
    #expect(all.brokers.map(\.id).sorted() == [1, 2, 3])
    let addresses = all.brokers.map { "\($0.host):\($0.port)" }
    #expect(Set(addresses) == Set(broker.bootstrapServers.split(separator: ",").map(String.init)))
    #expect(
      all.topics == [.init(name: "a", partitionsCount: 1), .init(name: "b", partitionsCount: 5)])
    let some = try KafkaMetadata.fetch(
      broker.settings, topics: ["b", "a"], timeoutMilliseconds: 10_000)
    #expect(some.topics.map(\.name) == ["b", "a"])
  }

  @Test func aMissingTopicIsNamedAndNotCreated() throws {
    let broker = try EmbeddedBroker(topics: [("there", 1)])
    for _ in 0..<2 {
      let error = #expect(throws: KafkaError.self) {
        try KafkaMetadata.fetch(
          broker.settings, topics: ["there", "absent"], timeoutMilliseconds: 10_000)
      }
      #expect(error?.code == .unknownTopicOrPartition)
      #expect(error?.message.contains("`absent`") == true)
      #expect(error?.message.contains(broker.bootstrapServers) == true)
    }
  }

  @Test func anUnreachableBrokerIsNamed() throws {
    let error = #expect(throws: KafkaError.self) {
      try KafkaMetadata.fetch(
        KafkaSettings(bootstrapServers: "127.0.0.1:1"), topics: ["topic"], timeoutMilliseconds: 300)
    }
    #expect(error?.code == .transport)
    #expect(error?.isRetriable == true)
    #expect(error?.message.contains("127.0.0.1:1") == true)
    #expect(error?.message.contains("refused") == true, "\(error?.message ?? "")")
  }
}
