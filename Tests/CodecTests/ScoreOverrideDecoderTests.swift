import Testing
import ThermoclineCore

@testable import ThermoclineCodec

@Suite struct ScoreOverrideDecoderTests {
  private func decode(_ text: String) throws(ProfileFault) -> ScoreOverride {
    try ScoreOverrideDecoder.decode(Array(text.utf8))
  }

  private func fault(_ text: String) -> RefusalReason? {
    do throws(ProfileFault) {
      _ = try decode(text)
      return nil
    } catch { return error.reason }
  }

  @Test func everyFieldIsRead() throws {
    let found = try decode(
      #"{"score":41.5,"band":"red","reason":"champion left","author":"ana","from":"2026-01-02","expires":"2026-02-01T08:30:00Z","x":[1]}"#
    )
    #expect(
      found
        == ScoreOverride(
          score: Points(41.5), band: "red", reason: "champion left", author: "ana",
          from: EventTime(year: 2026, month: 1, day: 2),
          expires: EventTime(year: 2026, month: 2, day: 1) + .hours(8) + .minutes(30)))
    #expect(try ScoreOverrideDecoder.decode(ScoreOverrideEncoder.message(found)) == found)
  }

  @Test(
    arguments: [
      ("", .emptyMessage), ("[]", .notAnObject), ("{", .notJSON),
      (#"{"reason":"r","author":"a","expires":"2026-02-01"}"#, .wrongType),
      (#"{"band":"red","author":"a","expires":"2026-02-01"}"#, .wrongType),
      (#"{"band":"red","reason":"r","expires":"2026-02-01"}"#, .wrongType),
      (#"{"band":"red","reason":"r","author":"a"}"#, .invalidTime),
      (#"{"band":"red","reason":"r","author":"a","expires":"soon"}"#, .invalidTime),
      (
        #"{"band":"red","reason":"r","author":"a","from":"2026-02-01","expires":"2026-02-01"}"#,
        .valueOutOfRange
      ),
      (#"{"score":101,"reason":"r","author":"a","expires":"2026-02-01"}"#, .valueOutOfRange),
      (#"{"score":"9","reason":"r","author":"a","expires":"2026-02-01"}"#, .wrongType),
      (
        #"{"band":"red","band":"green","reason":"r","author":"a","expires":"2026-02-01"}"#,
        .duplicateKey
      ),
    ] as [(String, RefusalReason)])
  func whatIsNoneIsRefused(text: String, reason: RefusalReason) {
    #expect(fault(text) == reason)
  }

  @Test func sizesAreBounded() {
    func text(reason: Int, author: Int) -> String {
      let (r, a) = (String(repeating: "r", count: reason), String(repeating: "a", count: author))
      return #"{"band":"red","reason":"\#(r)","author":"\#(a)","expires":"2026-02-01"}"#
    }
    #expect(fault(text(reason: 1_024, author: 256)) == nil)
    #expect(fault(text(reason: 1_025, author: 256)) == .nameTooLong)
    #expect(fault(text(reason: 1_024, author: 257)) == .nameTooLong)
  }
}
