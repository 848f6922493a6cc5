import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct ArchiveEventReaderTests {
  private func readAll(
    _ path: String, recordsCapacity: Int, bytesCapacity: Int = 20_000, lineBytesMax: Int = 8_192
  ) throws -> (decoded: Decoded, positions: [Int64], messages: Int) {
    var reader = try ArchiveEventReader(
      path: path, decoder: DecodingBench.formatDecoder, lineBytesMax: lineBytesMax)
    let batch = EventBatch(bytesCapacity: bytesCapacity, recordsCapacity: recordsCapacity)
    var decoded = Decoded()
    var positions: [Int64] = []
    var messages = 0
    while try reader.next(into: batch) {
      let piece = DecodingBench.read(batch)
      decoded.events += piece.events
      decoded.reasons += piece.reasons
      decoded.details += piece.details
      positions += (0..<batch.eventsCount).map { batch[$0].position }
      messages += batch.messagesCount
    }
    #expect(batch.eventsCount == 0)
    #expect(reader.eventsCount == Int64(decoded.events.count))
    #expect(reader.refusalsCount == Int64(decoded.reasons.count))
    return (decoded, positions, messages)
  }

  @Test(arguments: [1, 2, 3, 50, 4_096])
  func batchesOfAnySizeGiveTheSameEvents(capacity: Int) throws {
    // Plain events, events whose names have to be written out, arrays longer than a batch, and bad
    // lines.
    var lines: [String] = []
    var accounts: [String] = []
    var positions: [Int64] = []
    var refusals = 0
    for i in 1...600 {
      func event(_ name: String) -> String {
        "{\"type\":\"t\",\"account\":\"\(name)\",\"ts\":1767225600123}"
      }
      switch i % 5 {
      case 0:
        lines.append("not an event")
        refusals += 1
      case 1:
        lines.append(event("\\u0061\(i)"))
        accounts.append("a\(i)")
      case 2:
        lines.append("[" + (0..<7).map { event("b\\n\($0)") }.joined(separator: ",") + "]")
        accounts += (0..<7).map { "b\n\($0)" }
      case 3: lines.append("")
      default:
        lines.append(event("c\(i)"))
        accounts.append("c\(i)")
      }
      let added = accounts.count - positions.count
      positions += Array(repeating: Int64(i), count: added)
    }
    let folder = try TemporaryFolder()
    let path = try folder.file("x.ndjson", Array(lines.joined(separator: "\n").utf8))
    let found = try readAll(path, recordsCapacity: capacity)
    #expect(found.decoded.events.map(\.account) == accounts)
    #expect(found.decoded.reasons == Array(repeating: .notJSON, count: refusals))
    #expect(found.positions == positions)
    #expect(found.messages == 480)
  }

  /// A line whose end is found by reading it is the same event as one whose end was looked for.
  @Test(arguments: ["\n", "\r\n"], [0, 1, 2] as [UInt64])
  func linesReadAheadAreThoseOfTheirEnds(ending: String, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let shapes = [
      #"{"id":"e","type":"t","account":"a","user":"u","ts":1767225600123,"count":2}"#,
      #"{"ts":1767225600123,"account":"b","type":"t"}"#,
      #"{"type":"t","account":"c","ts":1767225600123} "#,
      #"{"type":"t","account":"d","ts":1767225600123}{}"#,
      #"{"type":"t","account":"e","ts":1767225600123"#,
      #"{"type":"t","account":"\u0066","ts":1767225600123}"#,
      #"{"type":"t","account":"g","ts":1767225600123,"ts":1767225600123}"#,
      #" {"type":"t","account":"h","ts":1767225600123}"#,
      #"{"type":"t","account":"i","user":"","ts":1767225600123}"#,
      #"{"type":"t","account":"","ts":1767225600123}"#,
      #"{"type":"t","ts":1767225600123,"user":"u"}"#,
      #"{"type":"t","account":"j","value":1.5,"ts":1767225600123,"count":2}"#,
      #"{"type":"t","account":"k","ts":1767225600123,"more":"\#(String(repeating: "x", count: 300))"}"#,
      "", "\r", "}", #"{"type":"t","account":"l","#, #""ts":1767225600123}"#,
    ]
    let lines = (0..<400).map { _ in shapes.randomElement(using: &random)! }
    var expected = Decoded()
    for line in lines where !line.isEmpty && !(line == "\r" && ending == "\n") {
      let text = ending == "\n" && line.hasSuffix("\r") ? String(line.dropLast()) : line
      let one = DecodingBench.decode(Array(text.utf8))
      expected.events += one.events
      expected.reasons += one.reasons
    }
    let folder = try TemporaryFolder()
    let path = try folder.file("x.ndjson", Array(lines.map { $0 + ending }.joined().utf8))
    for capacity in [1, 3, 4_096] {
      let found = try readAll(path, recordsCapacity: capacity)
      #expect(found.decoded.events == expected.events)
      #expect(found.decoded.reasons == expected.reasons)
    }
  }

  @Test func theLearningPlatformArchiveDecodesWhole() throws {
    let path = "../shared/data/oulad/events.ndjson.gz"
    guard FileManager.default.fileExists(atPath: path) else {
      print("skipped: \(path) is not there")
      return
    }
    var reader = try ArchiveEventReader(path: path, decoder: DecodingBench.formatDecoder)
    let batch = EventBatch()
    while try reader.next(into: batch) {}
    #expect(reader.eventsCount == 350_298)
    #expect(reader.refusalsCount == 0)
    #expect(reader.linesCount == 350_298)
    #expect(reader.bytesRead == reader.bytesTotal)
  }
}
