import Testing
import ThermoclineKafka
import ThermoclineKafkaTestKit

@testable import Thermocline

@Suite(.timeLimit(.minutes(2))) struct OpenTransactionsTests {
  private let names = [TestBroker.unique("a"), TestBroker.unique("b")]

  @Test("every partition of the topics is asked for; a topic that is not there is named")
  func asks() throws {
    let broker = try TestBroker(topics: [(names[0], 2), (names[1], 1)])
    let open = try OpenTransactions(names, kafka: broker.settings)
    #expect(open.places.isEmpty && open.partitionsCount == 3)
    #expect(open.text == "no transaction is open in 3 partitions")
    let failure = #expect(throws: JobFailure.self) {
      try OpenTransactions(["c"], kafka: broker.settings)
    }
    #expect(failure?.message.contains("`c`") == true)
  }

  @Test(
    "what nobody ended is found, and gone once it is aborted",
    .enabled(if: TestBroker.hasTransactions, "\(TestBroker.missing)"))
  func findsAndAborts() throws {
    let broker = try TestBroker(topics: [(names[0], 2)])
    var settings = broker.settings
    settings["transactional.id"] = TestBroker.unique("job")
    let producer = try KafkaProducer(settings)
    try producer.initTransactions(timeoutMilliseconds: 30_000)
    let topic = try producer.topic(names[0])
    try producer.beginTransaction()
    _ = try producer.produce(to: topic, partition: 1, key: nil, value: [1])
    try producer.commitTransaction(timeoutMilliseconds: 30_000)
    try producer.beginTransaction()
    for _ in 0..<3 {
      _ = try producer.produce(to: topic, partition: 1, key: nil, value: [2])
    }
    try producer.flush(timeoutMilliseconds: 30_000)
    let open = try OpenTransactions([names[0]], kafka: broker.settings)
    // The record and the mark of the first one lie before it.
    #expect(
      open.places == [.init(partition: KafkaPartition(names[0], 1), since: 2, end: 5)])
    try OpenTransactions.abort(settings["transactional.id"]!, kafka: broker.settings)
    #expect(try OpenTransactions([names[0]], kafka: broker.settings).places.isEmpty)
    let fenced = #expect(throws: KafkaError.self) {
      try producer.commitTransaction(timeoutMilliseconds: 30_000)
    }
    #expect(fenced?.code == .fenced)
    #expect(try readAll(names[0], of: broker).map(\.value) == [[1]])
  }

  @Test("the embedded broker has nothing to abort, and says so")
  func abort() throws {
    let broker = try EmbeddedBroker()
    let failure = #expect(throws: JobFailure.self) {
      try OpenTransactions.abort("job-1", kafka: broker.settings)
    }
    #expect(failure?.status == .unavailable)
    #expect(failure?.message.contains("job-1") == true)
  }
}
