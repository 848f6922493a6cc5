import Logging
import Testing
import ThermoclineCore
import ThermoclineKafka
import ThermoclineTestKit

@testable import Thermocline
@testable import ThermoclineEngine

/// How much of the topic is read where chunks are in the cache.
@Suite(.timeLimit(.minutes(1))) struct CheckpointTopicTests {
  private static let name = CheckpointKey.name(group: "job", topic: "events", partition: 0)
  private let folder: TemporaryFolder
  private let broker: EmbeddedBroker
  private let cache: CheckpointCache

  init() throws {
    folder = try TemporaryFolder()
    broker = try EmbeddedBroker(topics: [(name: "checkpoints", partitions: 1)])
    cache = try CheckpointCache(folder.path + "/cache", log: Logger(label: "test"))
  }

  /// A checkpoint of three chunks: they, what others said, and at last its manifest.
  private func write() throws {
    var messages: [(key: String, value: [UInt8])] = []
    var manifest = CheckpointManifest(
      sequence: 1, position: 9, watermark: .distantPast, fingerprint: 0, takenAt: .distantPast,
      chain: CheckpointChain(slot: .b))
    for number in 0..<3 {
      let chunk = CheckpointFormat.chunk(
        [UInt8(number), 0, 1, UInt8(number)], index: number, of: 1)
      manifest.chain.note(chunk, of: 1)
      manifest.parts.append(1)
      messages.append((CheckpointKey(Self.name, .b, .chunk(number)).text, chunk))
    }
    messages += (0..<50).map { ("another/events/0/a/\($0)", [1]) }
    messages.append((CheckpointKey(Self.name, .a, .manifest).text, manifest.bytes))
    let producer = try KafkaProducer(broker.settings)
    let topic = try producer.topic("checkpoints")
    for message in messages {
      let result = try producer.produce(
        to: topic, key: Array(message.key.utf8), value: message.value)
      #expect(result == .queued)
    }
    try producer.flush(timeoutMilliseconds: 10_000)
  }

  /// How many shelves were looked at, and whether the last one has the checkpoint.
  private func read(newest: [Int64]) throws -> (looks: Int, isWhole: Bool) {
    var looks = 0
    func isWhole(_ shelf: CheckpointShelf) -> Bool {
      let found = shelf.checkpoints(of: Self.name)
      return found.first.map { $0.damage == nil } ?? false
    }
    let shelf = try CheckpointTopic.read(
      "checkpoints", of: [Self.name], kafka: broker.settings, cache: cache, newest: newest
    ) {
      looks += 1
      return isWhole($0)
    }
    return (looks, isWhole(shelf))
  }

  @Test("the newest messages are enough once the chunks are kept; else all are read")
  func looks() throws {
    try write()
    #expect(try read(newest: [2, 10]) == (3, true), "nothing is kept yet")
    #expect(try read(newest: [2, 10]) == (1, true), "the manifest alone was read")
    #expect(try read(newest: [0, 2]) == (2, true), "without the manifest, more is read")
    cache.take(key: CheckpointKey(Self.name, .b, .chunk(1)).text, value: [1, 2, 3, 4, 5])
    #expect(try read(newest: [2, 10]) == (3, true), "a chunk was damaged")
    #expect(try read(newest: [1_000]) == (1, true), "there is no more")
  }
}
