import ThermoclineCore

@testable import ThermoclineCodec

/// One event as plain values, to compare decoders by.
struct PlainEvent: Equatable {
  var time: Int64
  var valueMicros: Int64 = 1_000_000
  var type: String
  var account: String
  var user = ""
  var feature = ""
  var id = ""
  var message = ""
  var kind = EventKind.event

  init(time: Int64, type: String, account: String) {
    self.time = time
    self.type = type
    self.account = account
  }

  init(_ record: EventRecord, of batch: EventBatch) {
    time = record.time
    valueMicros = record.valueMicros
    type = batch.string(record.type)
    account = batch.string(record.account)
    user = batch.string(record.user)
    feature = batch.string(record.feature)
    id = batch.string(record.id)
    message = batch.string(record.message)
    kind = record.kind
  }
}

/// What a message decodes to.
struct Decoded: Equatable {
  var events: [PlainEvent] = []
  var reasons: [RefusalReason] = []
  var details: [String] = []
}

enum DecodingBench {
  /// 2030-01-01T00:00:00Z, the end of the accepted times in these tests.
  static let latest = EventTime(milliseconds: 1_893_456_000_000)
  static let decoder = NativeDecoder(latestAccepted: latest)
  static let formatDecoder = FormatDecoder(format: .thermocline, latestAccepted: latest)

  /// Decodes a message; text full of quotation marks and braces stands right behind it in the
  /// batch.
  static func decode(_ message: [UInt8]) -> Decoded {
    let batch = EventBatch(bytesCapacity: message.count + 8_192, recordsCapacity: 4_096)
    let range = put(message, into: batch)
    _ = put(Array(#"":"},"x":1,"y"}]"\#u{22}{"#.utf8), into: batch)
    let outcome = decoder.decode(message: range, key: .absent, position: 7, into: batch)
    precondition(outcome == .done)
    return read(batch)
  }

  static func decode(_ message: String) -> Decoded { decode(Array(message.utf8)) }

  /// The event when the fast scanner knows the message, else nil.
  static func scan(_ message: [UInt8]) -> PlainEvent? {
    let batch = EventBatch(bytesCapacity: message.count + 64, recordsCapacity: 1)
    let range = put(message, into: batch)
    var record = EventRecord()
    let text = MessageText(range, in: batch)
    guard FastEventScanner.scan(text, at: 0, latestAccepted: latest, into: &record) == text.end
    else { return nil }
    record.message = range
    return PlainEvent(record, of: batch)
  }

  /// The same message by the exact reader alone.
  static func readExactly(_ message: [UInt8]) -> Decoded {
    let batch = EventBatch(bytesCapacity: message.count + 8_192, recordsCapacity: 4_096)
    let range = put(message, into: batch)
    let reader = ExactMessageReader(
      form: EventForm(plan: nil, latestAccepted: latest), text: MessageText(range, in: batch),
      content: range, message: range, key: .absent,
      position: 7, batch: batch)
    precondition(reader.read(from: .start) == .done)
    return read(batch)
  }

  static func put(_ bytes: [UInt8], into batch: EventBatch) -> ByteRange {
    unsafe bytes.withUnsafeBytes { unsafe batch.append(bytes: $0)! }
  }

  static func read(_ batch: EventBatch) -> Decoded {
    Decoded(
      events: (0..<batch.eventsCount).map { PlainEvent(batch[$0], of: batch) },
      reasons: batch.refusals.map(\.reason), details: batch.refusals.map(\.detail))
  }
}
