import Foundation
import Testing
import ThermoclineKafka

@Suite(.timeLimit(.minutes(10))) struct EmbeddedBrokerTests {
  private static let kcat = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map { "\($0)/kcat" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Another implementation of the command line, another process: the brokers are real to both.
  @Test(
    .enabled(if: kcat != nil, "kcat is not on PATH: the exchange with another process is skipped"))
  func anotherProcessReadsAndWrites() throws {
    let broker = try EmbeddedBroker(topics: [("out", 1), ("in", 1)])
    let producer = try KafkaProducer(broker.settings)
    _ = try producer.produce(
      to: producer.topic("out"), partition: 0, key: Array("acct".utf8), value: Array("hello".utf8),
      headers: [KafkaHeader("h", Array("1".utf8))], timestampMilliseconds: 1_767_225_600_000)
    try producer.flush(timeoutMilliseconds: 10_000)
    let format = "%k|%s|%T|%h|%o\\n"
    let read = try run(
      [
        "-b", broker.bootstrapServers, "-C", "-t", "out", "-o", "beginning", "-e", "-q", "-f",
        format,
      ])
    #expect(read == "acct|hello|1767225600000|h=1|0\n")

    _ = try run(
      ["-b", broker.bootstrapServers, "-P", "-t", "in", "-p", "0", "-K", ":", "-H", "x=y"],
      input: "k1:v1\nk2:v2\n")
    let reader = try Reader(broker, topics: ["in"])
    try reader.consumer.begin([KafkaPartition("in", 0): .beginning])
    try reader.run { reader.records.count == 2 }
    #expect(reader.records.map { String(decoding: $0.key ?? [], as: UTF8.self) } == ["k1", "k2"])
    #expect(reader.records.map(\.text) == ["v1", "v2"])
    #expect(reader.records[0].headers == [KafkaHeader("x", Array("y".utf8))])
  }

  private func run(_ arguments: [String], input: String = "") throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.kcat))
    process.arguments = arguments
    let (stdin, stdout) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    try process.run()
    stdin.fileHandleForWriting.write(Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: output, as: UTF8.self)
  }
}
