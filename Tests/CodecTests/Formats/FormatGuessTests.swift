import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

/// Under `auto` the last message says where to look first, and nothing else.
@Suite struct FormatGuessTests {
  /// Messages that might be taken for another format by one that looks at some keys only.
  private static let doubtful = [
    #"{"specversion":"1.0","type":"a","account":"b","ts":1767225600000,"id":"i","source":"s"}"#,
    #"{"event_type":"x","type":"a","account":"b","ts":1767225600000,"user_id":"u","time":1}"#,
    #"{"type":"track","event":"e","userId":"u","account":"b","ts":1767225600000}"#,
    #"{"type":"track","event":"e","userId":"u","specversion":"1.0","timestamp":"2026-01-01"}"#,
    #"{"batch":[{"type":"page","userId":"u","timestamp":1767225600}]}"#,
    #"{"type":"track","userId":"u","timestamp":"2026-01-01T00:00:00Z"}"#,
    #"{"type":"track","type":"page","userId":"u"}"#, #"{"a":1}"#, #"[1"#, "",
  ]

  @Test(arguments: [1, 2, 3])
  func theOrderOfMessagesChangesNoAnswer(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let messages = FormatSamples.all.map { Array($0.1.utf8) } + Self.doubtful.map { Array($0.utf8) }
    let alone = messages.map { FormatBench.decode($0, .auto) }
    let decoder = FormatBench.decoder(.auto)
    for _ in 0..<400 {
      let place = Int.random(in: messages.indices, using: &random)
      let decoded = FormatBench.decode(messages[place], decoder)
      #expect(decoded == alone[place], "\(String(decoding: messages[place], as: UTF8.self))")
    }
  }

  @Test func aStreamOfOneFormatIsReadInOneWalk() {
    for (format, text) in FormatSamples.all where format == .segment || format == .cloudevents {
      let batch = EventBatch(bytesCapacity: 65_536, recordsCapacity: 4)
      let range = DecodingBench.put(Array(text.utf8), into: batch)
      guard FormatBench.isFast(Array(text.utf8), format) else { continue }
      let plan = FormatPlan(guessing: format, accountGroupType: "company")!
      let isTaken = MessageFrame(message: range, key: .absent, position: 0).decodeFast(
        plan, isGuess: true, latestAccepted: DecodingBench.latest, from: .start, into: batch)
      #expect(isTaken, "\(text)")
    }
  }

  @Test func everyGuessedFormatFitsOneTreeWithTheSniffersKeys() {
    for format in [InputFormat.segment, .cloudevents, .posthog, .amplitude] {
      #expect(FormatPlan(guessing: format, accountGroupType: "company") != nil, "\(format)")
    }
  }
}
