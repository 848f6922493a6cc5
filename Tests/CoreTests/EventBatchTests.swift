import Testing
import ThermoclineCore

@Suite("Event batch")
struct EventBatchTests {
  private func put(_ text: String, in batch: EventBatch) -> ByteRange? {
    var text = text
    return text.withUTF8 { unsafe batch.append(bytes: UnsafeRawBufferPointer($0)) }
  }

  private func record(_ position: Int64) -> EventRecord {
    var record = EventRecord()
    record.position = position
    return record
  }

  @Test func textsStayWhereTheyWerePut() throws {
    let batch = EventBatch(bytesCapacity: 64, recordsCapacity: 4)
    let texts = ["acct-1", "", "größe", "x"]
    let ranges = try texts.map { try #require(put($0, in: batch)) }
    for (range, text) in zip(ranges, texts) {
      #expect(batch.string(range) == text && Int(range.length) == text.utf8.count)
      #expect(range.isAbsent == text.isEmpty)
      #expect(unsafe Array(batch.text(range)) == Array(text.utf8))
    }
    #expect(batch.bytesCount == texts.map(\.utf8.count).reduce(0, +))
  }

  @Test func textThatDoesNotFitIsRefusedAndChangesNothing() throws {
    let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 1)
    let first = try #require(put("12345", in: batch))
    #expect(put("6789", in: batch) == nil)
    #expect(batch.bytesCount == 5 && batch.string(first) == "12345")
    #expect(put("678", in: batch) != nil && batch.bytesCount == 8)
    #expect(put("9", in: batch) == nil && put("", in: batch) != nil)
  }

  @Test func freeSpaceIsFilledInPlace() throws {
    let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 1)
    _ = try #require(put("abc", in: batch))
    let free = unsafe batch.freeBytes
    #expect(free.count == 5)
    unsafe free.copyBytes(from: Array("defgh".utf8))
    let range = batch.use(bytes: 4)
    #expect(batch.string(range) == "defg" && batch.bytesCount == 7)
    #expect(unsafe batch.freeBytes.count == 1)
  }

  @Test func invalidTextIsRepairedInStringsOnly() throws {
    let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 1)
    let bytes: [UInt8] = [0x61, 0xFF, 0x62]
    let range = try #require(unsafe bytes.withUnsafeBytes { unsafe batch.append(bytes: $0) })
    #expect(batch.string(range) == "a\u{FFFD}b")
    #expect(unsafe Array(batch.text(range)) == bytes)
  }

  @Test func eventsComeBackInOrderUntilItIsFull() {
    let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 3)
    for position in [7, 8, 9] as [Int64] {
      #expect(!batch.isFull)
      batch.append(record(position))
    }
    #expect(batch.isFull && batch.eventsCount == 3)
    #expect((0..<3).map { batch[$0].position } == [7, 8, 9])
    batch.truncate(eventsTo: 1)
    #expect(batch.eventsCount == 1 && batch[0].position == 7 && !batch.isFull)
    batch.truncate(eventsTo: 5)
    #expect(batch.eventsCount == 1)
  }

  @Test func oneEventTooManyIsADefect() async {
    await #expect(processExitsWith: .failure) {
      let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 1)
      batch.append(EventRecord())
      batch.append(EventRecord())
    }
  }

  @Test func anEmptiedBatchIsAsNew() throws {
    let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 2)
    let range = try #require(put("12345678", in: batch))
    batch.append(record(1))
    batch.refuse(
      Refusal(reason: .notJSON, detail: "x", position: 1, message: range, key: .absent))
    batch.nextPosition = 2
    batch.messagesCount = 2
    batch.heartbeat = EventTime(milliseconds: 1)
    batch.clear()
    #expect(batch.bytesCount == 0 && batch.eventsCount == 0 && batch.refusals.isEmpty)
    #expect(batch.nextPosition == 0 && batch.messagesCount == 0 && batch.heartbeat == nil)
    let again = try #require(put("abcdefgh", in: batch))
    #expect(again.offset == 0 && batch.string(again) == "abcdefgh")
  }

  @Test func anEventIsMadeWhereItWillStand() {
    let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 2)
    batch.next = record(5)
    #expect(batch.eventsCount == 0)
    // Given up: the next one begins in the same place.
    batch.next = record(6)
    batch.next.time = 60
    batch.takeNext()
    batch.append(record(7))
    #expect(batch.isFull && batch[0].position == 6 && batch[0].time == 60 && batch[1].position == 7)
  }
}
