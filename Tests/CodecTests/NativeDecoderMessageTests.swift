import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

/// Messages of several events, and their way through batches that are too small for them.
@Suite struct NativeDecoderMessageTests {
  private func event(_ account: String) -> String {
    "{\"type\":\"login\",\"account\":\"\(account)\",\"ts\":1767225600123}"
  }

  @Test(arguments: [
    "[%a,%b,%c]", " [ %a , %b\n,\t%c ] \n", "%a\n%b\n%c", "%a\r\n\r\n%b\n %c\n", "\n%a\n%b\n%c",
    "\u{FEFF}[%a,%b,%c]",
  ])
  func readsArraysAndLines(_ form: String) {
    var text = form
    for name in ["a", "b", "c"] {
      let parts = text.split(separator: "%\(name)", maxSplits: 1, omittingEmptySubsequences: false)
      text = parts.joined(separator: event(name))
    }
    let decoded = DecodingBench.decode(text)
    #expect(decoded.events.map(\.account) == ["a", "b", "c"])
    #expect(decoded.events.map(\.message) == ["a", "b", "c"].map(event))
    #expect(decoded.reasons.isEmpty)
  }

  @Test func anEmptyArrayHoldsNoEvents() {
    #expect(DecodingBench.decode("[ ]") == Decoded())
  }

  @Test func oneObjectMayStandOnManyLines() {
    let text = "{\n \"type\": \"login\",\n \"account\": \"a\",\r\n \"ts\": 1767225600123\n}\n"
    #expect(DecodingBench.decode(text).events.count == 1)
  }

  @Test func eventsOfAMessageAreRefusedOneByOne() {
    for (open, between, close) in [("[", ",", "]"), ("", "\n", "\n")] {
      let parts = [event("a"), #"{"type":"t"}"#, "7", event("b"), "[]"]
      let decoded = DecodingBench.decode(open + parts.joined(separator: between) + close)
      #expect(decoded.events.map(\.account) == ["a", "b"])
      #expect(decoded.reasons == [.missingAccount, .notAnObject, .notAnObject])
      #expect(decoded.details.first == "Event 2 of the message: The field \"account\" is missing.")
    }
  }

  @Test(arguments: [
    "[%,%", "[% %]", "[%,]", "%\n{", "%\n%x", "% %", "%\n% %", "[%]]", "[%],", "%\n{\"a\":\u{1}}",
  ])
  func aMessageThatIsNotJSONIsRefusedAsAWhole(_ form: String) {
    let text = form.split(separator: "%", omittingEmptySubsequences: false)
      .joined(separator: event("a"))
    let decoded = DecodingBench.decode(text)
    #expect(decoded.events.isEmpty)
    #expect(decoded.reasons == [.notJSON])
  }

  @Test(arguments: [1, 2, 3, 7, 100])
  func aFullBatchIsContinuedInTheNextWithoutLossOrDuplicate(capacity: Int) {
    var random = SeededGenerator(seed: UInt64(capacity))
    for lines in [false, true] {
      let parts = (0..<50).map { i in
        switch Int.random(in: 0..<4, using: &random) {
        case 0: "{\"type\":\"t\"}"
        case 1: event("é\\n\(i)")
        default: event("a\(i)")
        }
      }
      let joined = parts.joined(separator: lines ? "\n" : ",")
      let message = Array((lines ? joined : "[" + joined + "]").utf8)
      let whole = DecodingBench.decode(message)
      #expect(whole.events.count + whole.reasons.count == 50)

      var pieces = Decoded()
      var progress = DecodeProgress.start
      var batches = 0
      while true {
        let batch = EventBatch(bytesCapacity: message.count + 1_280, recordsCapacity: capacity)
        let range = DecodingBench.put(message, into: batch)
        let outcome = DecodingBench.decoder.decode(
          message: range, key: .absent, position: 7, from: progress, into: batch)
        let piece = DecodingBench.read(batch)
        #expect(piece.events.count <= capacity && piece.reasons.count <= capacity)
        pieces.events += piece.events
        pieces.reasons += piece.reasons
        pieces.details += piece.details
        batches += 1
        guard case .batchFull(let reached) = outcome, batches < 200 else { break }
        progress = reached
      }
      #expect(pieces == whole)
      #expect(batches >= 50 / (2 * capacity))
    }
  }

  @Test func aFullBatchTakesNothing() {
    let batch = EventBatch(bytesCapacity: 1_024, recordsCapacity: 1)
    let message = DecodingBench.put(Array(event("a").utf8), into: batch)
    let decoder = DecodingBench.decoder
    #expect(decoder.decode(message: message, key: .absent, position: 1, into: batch) == .done)
    let again = decoder.decode(message: message, key: .absent, position: 2, into: batch)
    #expect(again == .batchFull(.start))
    #expect(batch.eventsCount == 1)
  }

  @Test func textThatDoesNotFitWaitsForTheNextBatch() {
    let message = Array(event("\\u0061b").utf8)
    let batch = EventBatch(bytesCapacity: message.count + 1, recordsCapacity: 1)
    let range = DecodingBench.put(message, into: batch)
    // Another message stands in the batch already.
    batch.messagesCount = 1
    let outcome = DecodingBench.decoder.decode(
      message: range, key: .absent, position: 1, into: batch)
    #expect(outcome == .batchFull(.start))
    #expect(batch.eventsCount == 0 && batch.refusals.isEmpty)
    // An empty batch is all there is.
    batch.messagesCount = 0
    let last = DecodingBench.decoder.decode(
      message: range, key: .absent, position: 1, into: batch)
    #expect(last == .done)
    #expect(batch.refusals.map(\.reason) == [.messageTooLarge])
  }
}
