import ThermoclineCore

@testable import ThermoclineCodec

/// Decodes single messages of a format, on the usual way and on the exact one.
enum FormatBench {
  /// The GitHub mapping that the documentation shows.
  static let mapping = FieldMapping([
    .type: "/type", .account: "/repo/name", .user: "/actor/login", .time: "/created_at",
    .id: "/id", .value: "/payload/size",
  ])

  static func decoder(_ format: InputFormat, group: String = "company") -> FormatDecoder {
    FormatDecoder(
      format: format, latestAccepted: DecodingBench.latest,
      mapping: format == .mapped ? mapping : nil, accountGroupType: group)
  }

  /// Decodes a message on its way through batches of `records` records; text that looks like its
  /// continuation stands right behind it.
  static func decode(
    _ message: [UInt8], _ format: InputFormat, group: String = "company",
    headers: [(String, String)] = [], records: Int = 4_096
  ) -> Decoded {
    decode(message, decoder(format, group: group), headers: headers, records: records)
  }

  static func decode(
    _ message: [UInt8], _ decoder: FormatDecoder, headers: [(String, String)] = [],
    records: Int = 4_096
  ) -> Decoded {
    let batch = EventBatch(
      bytesCapacity: 2 * message.count + Limits.messageBytesMax + 16_384, recordsCapacity: records)
    var all = Decoded()
    var progress = DecodeProgress.start
    while true {
      let range = DecodingBench.put(message, into: batch)
      _ = DecodingBench.put(Array(#"":"},"x":1,"y"}]"\#u{22}{\#t\#t,"#.utf8), into: batch)
      let outcome = TestHeaders(headers).lend { headers in
        decoder.decode(
          message: range, key: .absent, headers: headers, position: 7, from: progress, into: batch)
      }
      let part = DecodingBench.read(batch)
      all.events += part.events
      all.reasons += part.reasons
      all.details += part.details
      guard case .batchFull(let reached) = outcome else { return all }
      precondition(batch.eventsCount + batch.refusals.count > 0, "a message got no further")
      progress = reached
      batch.clear()
    }
  }

  /// The same message by the exact reader alone, as one object.
  static func readExactly(
    _ message: [UInt8], _ format: InputFormat, group: String = "company"
  ) -> Decoded {
    let batch = EventBatch(
      bytesCapacity: 2 * message.count + Limits.messageBytesMax + 16_384, recordsCapacity: 4_096)
    let range = DecodingBench.put(message, into: batch)
    let plan = FormatPlan(
      format: format, mapping: format == .mapped ? mapping : FieldMapping(),
      accountGroupType: group)
    let reader = ExactMessageReader(
      form: EventForm(plan: plan, latestAccepted: DecodingBench.latest),
      text: MessageText(range, in: batch), content: range, message: range, key: .absent,
      position: 7, batch: batch)
    precondition(reader.read(from: .start) == .done)
    return DecodingBench.read(batch)
  }

  /// Whether the fast scanner knows the message.
  static func isFast(_ message: [UInt8], _ format: InputFormat) -> Bool {
    let batch = EventBatch(bytesCapacity: message.count + 4_096, recordsCapacity: 1)
    let range = DecodingBench.put(message, into: batch)
    let plan = FormatPlan(
      format: format, mapping: format == .mapped ? mapping : FieldMapping(),
      accountGroupType: "company")
    return MessageFrame(message: range, key: .absent, position: 0).decodeFast(
      plan, latestAccepted: DecodingBench.latest, from: .start, into: batch)
  }
}

/// Headers for a test's message.
final class TestHeaders {
  private let headers: [(name: [UInt8], value: [UInt8])]

  init(_ headers: [(String, String)]) {
    self.headers = headers.map { (Array($0.0.utf8) + [0], Array($0.1.utf8)) }
  }

  func lend<Result>(_ body: (MessageHeaders) -> Result) -> Result {
    if headers.isEmpty { return body(.none) }
    // SAFETY: each value is copied into memory that lasts until the call is over.
    var memory = unsafe [UnsafeMutableRawBufferPointer]()
    defer { for i in unsafe memory.indices { unsafe memory[i].deallocate() } }
    for header in headers {
      let copy = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(1, header.value.count), alignment: 1)
      unsafe copy.copyBytes(from: header.value)
      unsafe memory.append(copy)
    }
    let table = unsafe HeaderTable(headers: headers, values: memory)
    return withExtendedLifetime(table) {
      let source = unsafe Unmanaged.passUnretained(table).toOpaque()
      return unsafe body(
        MessageHeaders(source: source) { source, name, value, length in
          let table = unsafe Unmanaged<HeaderTable>.fromOpaque(source).takeUnretainedValue()
          for (i, header) in table.headers.enumerated().reversed() {
            let isEqual = header.name.indices.allSatisfy { unsafe name[$0] == header.name[$0] }
            guard isEqual else { continue }
            unsafe value.pointee = unsafe UnsafeRawPointer(table.values[i].baseAddress)
            unsafe length.pointee = header.value.count
            return true
          }
          return false
        })
    }
  }

  @safe private final class HeaderTable {
    let headers: [(name: [UInt8], value: [UInt8])]
    let values: [UnsafeMutableRawBufferPointer]
    init(
      headers: [(name: [UInt8], value: [UInt8])], values: [UnsafeMutableRawBufferPointer]
    ) {
      self.headers = headers
      unsafe self.values = unsafe values
    }
  }
}
