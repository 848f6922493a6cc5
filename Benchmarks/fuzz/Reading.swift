import ThermoclineCore

@testable import ThermoclineCodec

/// Reads messages of one format in each of the ways that must agree.
struct Reading {
  let decoder: FormatDecoder
  /// The fields of a format of JSON objects.
  private let plan: FormatPlan?
  private let format: InputFormat

  static let latest = EventTime(milliseconds: 1_893_456_000_000)
  nonisolated(unsafe) static let large = EventBatch(bytesCapacity: 65_536, recordsCapacity: 4_096)
  nonisolated(unsafe) static let other = EventBatch(bytesCapacity: 65_536, recordsCapacity: 4_096)
  nonisolated(unsafe) static let small = EventBatch(bytesCapacity: 65_536, recordsCapacity: 2)

  init(_ format: InputFormat) {
    self.format = format
    let mapping: FieldMapping? =
      format == .mapped
      ? FieldMapping([
        .type: "/type", .account: "/repo/name", .user: "/actor/login", .time: "/created_at",
        .id: "/id", .value: "/payload/size", .feature: "/payload/commits/0/sha",
      ]) : nil
    var decoder = FormatDecoder(format: format, latestAccepted: Self.latest, mapping: mapping)
    if format == .csv {
      let batch = Self.large
      batch.clear()
      let header = Array("type,account,user,time,id,value,feature".utf8)
      let line = header.withUnsafeBytes { batch.append(bytes: $0)! }
      require(decoder.takeHeader(line, of: batch) == nil)
    }
    self.decoder = decoder
    switch format {
    case .segment, .cloudevents, .posthog, .amplitude, .mapped:
      plan = FormatPlan(
        format: format, mapping: mapping ?? FieldMapping(), accountGroupType: "company")
    case .auto, .thermocline, .snowplow, .csv: plan = nil
    }
  }

  /// The message read in a large batch, in small ones, and exactly, which must agree.
  func compare(_ message: UnsafeRawBufferPointer) {
    let whole = tally(message, .none, into: Self.large)
    if whole.count > 1 {
      let parts = tally(message, .none, into: Self.small)
      if whole != parts { fail("in small batches", message, .none, Self.small) }
    }
    let isPacked = message.count >= 2 && message[0] == 0x1F && message[1] == 0x8B
    if (plan != nil || format == .thermocline) && !isPacked, whole != exactly(message) {
      fail("exactly", message, .none, Self.other)
    }
  }

  /// What the message is read as in batches of this kind.
  func tally(
    _ message: UnsafeRawBufferPointer, _ headers: MessageHeaders, into batch: EventBatch,
    withMessages: Bool = true
  ) -> Tally {
    var tally = Tally()
    decode(message, headers, into: batch) {
      tally.add(batch, latest: Self.latest, withMessages: withMessages)
    }
    return tally
  }

  /// Says what two ways made of a message and ends.
  func fail(
    _ way: String, _ message: UnsafeRawBufferPointer, _ headers: MessageHeaders,
    _ batch: EventBatch
  ) -> Never {
    var usual: [String] = []
    decode(message, headers, into: Self.large) { usual += Tally.words(Self.large) }
    var words: [String] = []
    if batch === Self.other {
      _ = exactly(message)
      words = Tally.words(batch)
    } else {
      decode(message, headers, into: batch) { words += Tally.words(batch) }
    }
    fatalError("\(format.rawValue): \(usual.sorted()) became \(way) \(words.sorted())")
  }

  private func decode(
    _ message: UnsafeRawBufferPointer, _ headers: MessageHeaders, into batch: EventBatch,
    _ take: () -> Void
  ) {
    var progress = DecodeProgress.start
    for _ in 0..<100_000 {
      batch.clear()
      let outcome = decoder.decode(
        message: batch.append(bytes: message)!, key: .absent, headers: headers, position: 1,
        from: progress, into: batch)
      take()
      guard case .batchFull(let reached) = outcome else { return }
      require(batch.eventsCount + batch.refusals.count > 0, "a message got no further")
      progress = reached
    }
    fatalError("a message has no end")
  }

  private func exactly(_ message: UnsafeRawBufferPointer) -> Tally {
    let batch = Self.other
    batch.clear()
    let range = batch.append(bytes: message)!
    let outcome = ExactMessageReader(
      form: EventForm(plan: plan, latestAccepted: Self.latest),
      text: MessageText(range, in: batch), content: range, message: range, key: .absent,
      position: 1, batch: batch
    ).read(from: .start)
    require(outcome == .done)
    var tally = Tally()
    tally.add(batch, latest: Self.latest, withMessages: true)
    return tally
  }
}
