internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineKafka

/// Copies the events of a topic to another one, keyed by account: for input that is keyed otherwise, and for a topic
/// with another number of partitions. One process; a second one of the same name ends the first.
///
/// What is copied and how far that is become visible in one transaction, so that nothing is there twice whatever ends it.
/// Partitions are merged by event time.
package struct RepartitionJob: Sendable {
  package var source: String
  package var target: String
  package var deadLetters: String
  package var kafka: KafkaSettings
  package var input: InputSettings
  /// Events further ahead of the clock are refused.
  package var futureTolerance = Limits.futureToleranceDefault
  /// Whose positions are kept; also the name that only one process has.
  package var group: String
  /// Goes on at the ends of the source's partitions, until stopped.
  package var follows = false
  /// Bytes that wait in all partitions together, about.
  package var waitingBytesMax = 256 << 20
  /// Transactions are used although the brokers only pretend to know them.
  package var isRehearsal = false

  /// Longest time and most messages between two transactions.
  private static let commitNanoseconds: UInt64 = 500_000_000
  private static let commitCountMax = 20_000
  private static let answerMilliseconds: Int32 = 60_000

  package init(
    from source: String, to target: String, deadLetters: String, kafka: KafkaSettings,
    input: InputSettings = InputSettings(), group: String? = nil
  ) {
    self.source = source
    self.target = target
    self.deadLetters = deadLetters
    self.kafka = kafka
    self.input = input
    self.group = group ?? "thermocline-repartition-\(source)-\(target)"
  }

  /// Copies until the end, or until stopped; goes on where an earlier run stopped. `progress` is called with the messages
  /// that were read.
  package func run(
    isStopped: @escaping () -> Bool = { false }, progress: (_ read: Int) -> Void = { _ in }
  ) throws(JobFailure) -> RepartitionSummary {
    guard source != target else {
      throw JobFailure(.usage, "--to: \(target) is the topic that is read; name another")
    }
    do throws(KafkaError) {
      let metadata = try KafkaMetadata.fetch(
        kafka, topics: [source, target, deadLetters], timeoutMilliseconds: 10_000)
      guard !metadata.isEmbedded || isRehearsal else {
        throw KafkaError(
          .unsupportedFeature, "the embedded broker only pretends to know transactions")
      }
      var copy = try RepartitionCopy(self, metadata)
      defer { copy.close() }
      var lastCommit = monotonicNanoseconds()
      while !isStopped(), follows || !copy.isAtEnd {
        try copy.step()
        progress(copy.summary.read)
        let now = monotonicNanoseconds()
        if copy.sentCount >= Self.commitCountMax || now - lastCommit >= Self.commitNanoseconds {
          try copy.commit()
          lastCommit = now
        }
      }
      try copy.commit()
      copy.summary.isWhole = copy.isAtEnd
      return copy.summary
    } catch {
      throw JobFailure(
        .unavailable,
        "\(source) was not copied to its end: \(error); the next run goes on where the last transaction ended"
      )
    }
  }
}
