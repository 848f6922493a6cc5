import Testing
import ThermoclineKafka

@testable import Thermocline

/// The embedded broker ends every partition's stable part at its end, so nothing is ever open on it.
@Suite(.timeLimit(.minutes(2))) struct OpenTransactionsTests {
  @Test("every partition of the topics is asked for; a topic that is not there is named")
  func asks() throws {
    let broker = try EmbeddedBroker(topics: [("a", 2), ("b", 1)])
    let open = try OpenTransactions(["a", "b"], kafka: broker.settings)
    #expect(open.places.isEmpty && open.partitionsCount == 3)
    #expect(open.text == "no transaction is open in 3 partitions")
    let failure = #expect(throws: JobFailure.self) {
      try OpenTransactions(["c"], kafka: broker.settings)
    }
    #expect(failure?.message.contains("`c`") == true)
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
