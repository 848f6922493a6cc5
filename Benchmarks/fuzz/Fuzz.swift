import ThermoclineCore

@testable import ThermoclineCodec

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What libFuzzer calls with each input. The environment says which decoder it goes to.
///
/// Besides what the sanitizers see, a run fails when an event or refusal is lost or doubled on its
/// way through small batches, when a range lies outside of the batch, or when the fast and the exact
/// way differ.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = UnsafeRawBufferPointer(start: start, count: count)
  Target.current.run(input)
  return 0
}

struct Target {
  let name: String
  let decoder: FormatDecoder
  let plan: FormatPlan?

  nonisolated(unsafe) static let large = EventBatch(
    bytesCapacity: 65_536, recordsCapacity: 4_096)
  nonisolated(unsafe) static let small = EventBatch(bytesCapacity: 65_536, recordsCapacity: 2)
  nonisolated(unsafe) static let exact = EventBatch(
    bytesCapacity: 65_536, recordsCapacity: 4_096)
  static let latest = EventTime(milliseconds: 1_893_456_000_000)

  static let current: Target = {
    let name = getenv("THERMOCLINE_FUZZ_TARGET").map { String(cString: $0) } ?? "auto"
    return Target(name)
  }()

  init(_ name: String) {
    self.name = name
    let format: InputFormat =
      switch name {
      case "binary": .cloudevents
      case "gzip": .auto
      default: InputFormat(rawValue: name)!
      }
    let mapping: FieldMapping? =
      format == .mapped
      ? FieldMapping([
        .type: "/type", .account: "/repo/name", .user: "/actor/login", .time: "/created_at",
        .id: "/id", .value: "/payload/size", .feature: "/payload/commits/0/sha",
      ]) : nil
    var decoder = FormatDecoder(format: format, latestAccepted: Self.latest, mapping: mapping)
    if format == .csv {
      let header = "type,account,user,time,id,value,feature"
      let batch = Self.large
      batch.clear()
      let range = header.utf8.withContiguousStorageIfAvailable {
        batch.append(bytes: UnsafeRawBufferPointer($0))!
      }!
      precondition(decoder.takeHeader(range, of: batch) == nil)
    }
    self.decoder = decoder
    switch format {
    case .segment, .cloudevents, .posthog, .amplitude, .mapped:
      plan = FormatPlan(
        format: format, mapping: mapping ?? FieldMapping(), accountGroupType: "company")
    default: plan = nil
    }
  }

  func run(_ input: UnsafeRawBufferPointer) {
    var whole: [String] = []
    decode(input, into: Self.large) { whole.append($0) }
    var parts: [String] = []
    decode(input, into: Self.small) { parts.append($0) }
    // Within a batch, events come before refusals: only their order differs.
    precondition(whole.sorted() == parts.sorted(), "small batches: \(whole) became \(parts)")
    if name == "thermocline" || (plan != nil && name != "binary") {
      guard !(input.count >= 2 && input[0] == 0x1F && input[1] == 0x8B) else { return }
      var exact: [String] = []
      readExactly(input) { exact.append($0) }
      precondition(whole == exact, "fast and exact: \(whole), \(exact)")
    }
  }

  private func decode(
    _ input: UnsafeRawBufferPointer, into batch: EventBatch, _ take: (String) -> Void
  ) {
    var progress = DecodeProgress.start
    for _ in 0..<100_000 {
      batch.clear()
      let range = put(input, into: batch)
      var outcome: DecodeOutcome
      if name == "binary" {
        outcome = decodeBinary(input, batch, progress)
      } else {
        outcome = decoder.decode(
          message: range, key: .absent, position: 1, from: progress, into: batch)
      }
      describe(batch, take)
      guard case .batchFull(let reached) = outcome else { return }
      precondition(batch.eventsCount + batch.refusals.count > 0, "a message got no further")
      progress = reached
    }
    preconditionFailure("a message has no end")
  }

  /// The input's lines are the attributes; what follows an empty line is the data.
  private func decodeBinary(
    _ input: UnsafeRawBufferPointer, _ batch: EventBatch, _ progress: DecodeProgress
  ) -> DecodeOutcome {
    let parts = input.split(separator: 0x0A, maxSplits: 7, omittingEmptySubsequences: false)
      .map { UnsafeRawBufferPointer(rebasing: $0) }
    batch.clear()
    let data = put(parts.count > 7 ? parts[7] : .init(start: nil, count: 0), into: batch)
    return withUnsafePointer(to: parts) { source in
      decoder.decode(
        message: data, key: .absent,
        headers: MessageHeaders(source: source) { source, name, value, length in
          let parts = source.assumingMemoryBound(to: [UnsafeRawBufferPointer].self).pointee
          let names = [
            "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time",
            "content-type",
          ]
          guard let place = names.firstIndex(of: String(cString: name)), place < parts.count,
            let start = parts[place].baseAddress
          else { return false }
          value.pointee = start
          length.pointee = parts[place].count
          return true
        }, position: 1, from: progress, into: batch)
    }
  }

  private func readExactly(_ input: UnsafeRawBufferPointer, _ take: (String) -> Void) {
    let batch = Self.exact
    batch.clear()
    let range = put(input, into: batch)
    let outcome = ExactMessageReader(
      form: EventForm(plan: plan, latestAccepted: Self.latest),
      text: MessageText(range, in: batch), content: range, message: range, key: .absent,
      position: 1, batch: batch
    ).read(from: .start)
    precondition(outcome == .done)
    describe(batch, take)
  }

  private func put(_ input: UnsafeRawBufferPointer, into batch: EventBatch) -> ByteRange {
    batch.append(bytes: input)!
  }

  private func describe(_ batch: EventBatch, _ take: (String) -> Void) {
    func text(_ range: ByteRange) -> String {
      precondition(Int(range.offset) + Int(range.length) <= batch.bytesCount, "outside the batch")
      return batch.string(range)
    }
    for i in 0..<batch.eventsCount {
      let event = batch[i]
      precondition(event.time >= Limits.eventTimeMin.milliseconds)
      precondition(event.time <= Self.latest.milliseconds)
      precondition(!event.type.isAbsent && !(event.account.isAbsent && event.user.isAbsent))
      for range in [event.type, event.account, event.user, event.feature, event.id] {
        precondition(Int(range.length) <= Limits.nameBytesMax)
      }
      take(
        "\(event.time) \(event.valueMicros) \(event.kind) \(text(event.type)) \(text(event.account)) "
          + "\(text(event.user)) \(text(event.feature)) \(text(event.id)) | \(text(event.message))")
    }
    for refusal in batch.refusals {
      take("\(refusal.reason) \(refusal.detail) | \(text(refusal.message))")
    }
  }
}
