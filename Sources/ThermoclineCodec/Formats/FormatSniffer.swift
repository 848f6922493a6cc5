internal import ThermoclineCore

/// Tells a message's format from its headers and its first object's keys.
enum FormatSniffer {
  /// The format of a message: native if its keys say so, else CloudEvents if its headers do, else
  /// what its keys say. What no format claims is taken as native, whose reader then says what is
  /// wrong with it.
  static func format(
    of content: ByteRange, _ headers: MessageHeaders, in batch: EventBatch
  ) -> InputFormat {
    let found = format(of: content, in: batch)
    return !found.isNative && isCloudEvent(headers) ? .cloudevents : found.format
  }

  /// The format of a text by itself; `isNative` when its keys are a native event's.
  private static func format(
    of content: ByteRange, in batch: EventBatch
  ) -> (format: InputFormat, isNative: Bool) {
    let text = MessageText(content, in: batch)
    var start = skipSpace(text, from: Int(content.offset))
    guard start < text.end else { return (.thermocline, false) }
    if text.byte(at: start) == Ascii.openBracket { start = skipSpace(text, from: start + 1) }
    guard start < text.end, text.byte(at: start) == Ascii.openBrace else {
      return (isEnriched(text, from: Int(content.offset)) ? .snowplow : .thermocline, false)
    }
    return FoundValues.onStack { found in
      var hasNonASCII = false
      if FastFieldScanner.scan(
        text, at: start, tree: tree.view, into: &found, hasNonASCII: &hasNonASCII) == nil
      {
        found.removeAll()
        let isJSON = text.withSpan { text in
          var scanner = JSONScanner(at: start)
          return
            (try? ExactFieldReader.read(&scanner, in: text, tree: tree, batch: batch, into: &found))
            != nil
        }
        if !isJSON { return (.thermocline, false) }
      }
      let format = self.format(found.present)
      return (format, format == .thermocline && mayBeNative(found.present))
    }
  }

  /// The sniffer's keys, in the order of their slots.
  static var keys: [String] { Key.allCases.map(\.name) }

  /// Whether an object with these keys, of which only the sniffer's are looked at, is of a format
  /// beyond doubt: a flat native event might have been taken as such before anyone sniffed.
  @inline(__always) static func confirms(_ guess: InputFormat, _ present: UInt64) -> Bool {
    !mayBeNative(present) && format(present) == guess
  }

  /// Whether the keys that a native event must have are there.
  @inline(__always) private static func mayBeNative(_ present: UInt64) -> Bool {
    func has(_ key: Key) -> Bool { present >> UInt64(key.rawValue) & 1 == 1 }
    return has(.type) && has(.account) && (has(.ts) || has(.time))
  }

  /// What the headers alone say: CloudEvents, or nothing.
  @inline(__always) static func isCloudEvent(_ headers: MessageHeaders) -> Bool {
    unsafe headers.value("ce_specversion") != nil || isCloudEventsType(headers)
  }

  @inline(__always) private static func format(_ present: UInt64) -> InputFormat {
    func has(_ key: Key) -> Bool { present >> UInt64(key.rawValue) & 1 == 1 }
    if has(.specversion) { return .cloudevents }
    if has(.eventType) || (has(.events) && has(.apiKey)) { return .amplitude }
    if mayBeNative(present) { return .thermocline }
    let isCapture = has(.event) && has(.properties) && !has(.type)
    if has(.distinctID) || isCapture || (has(.batch) && (has(.apiKey) || has(.token))) {
      return .posthog
    }
    let isCall =
      has(.messageID) || has(.anonymousID) || has(.userID) || has(.groupID) || has(.previousID)
      || has(.originalTimestamp) || has(.context)
    return (has(.type) && isCall) || has(.batch) ? .segment : .thermocline
  }

  /// The keys that tell formats apart; the raw values are their slots.
  private enum Key: UInt8, CaseIterable {
    case specversion, eventType, events, apiKey, type, account, ts, time, event, properties
    case distinctID, batch, token, messageID, anonymousID, userID, groupID, previousID
    case originalTimestamp, context

    var name: String {
      switch self {
      case .specversion: "specversion"
      case .eventType: "event_type"
      case .events: "events"
      case .apiKey: "api_key"
      case .type: "type"
      case .account: "account"
      case .ts: "ts"
      case .time: "time"
      case .event: "event"
      case .properties: "properties"
      case .distinctID: "distinct_id"
      case .batch: "batch"
      case .token: "token"
      case .messageID: "messageId"
      case .anonymousID: "anonymousId"
      case .userID: "userId"
      case .groupID: "groupId"
      case .previousID: "previousId"
      case .originalTimestamp: "originalTimestamp"
      case .context: "context"
      }
    }
  }

  private static let tree: FieldTree = {
    var builder = FieldTreeBuilder()
    for key in Key.allCases {
      let slot = builder.slot([key.name])
      precondition(slot == key.rawValue)
    }
    return FieldTree(builder)
  }()

  private static func skipSpace(_ text: MessageText, from start: Int) -> Int {
    var at = start
    if text.end - at >= 3, text.byte(at: at) == 0xEF, text.byte(at: at + 1) == 0xBB,
      text.byte(at: at + 2) == 0xBF
    {
      at += 3
    }
    while at < text.end, Ascii.isWhitespace(text.byte(at: at)) { at += 1 }
    return at
  }

  /// Whether the first line has the columns of a Snowplow event.
  private static func isEnriched(_ text: MessageText, from start: Int) -> Bool {
    var tabs = 0
    for at in start..<text.end {
      let byte = text.byte(at: at)
      if byte == Ascii.lineFeed { break }
      if byte == UInt8(ascii: "\t") { tabs += 1 }
    }
    return tabs + 1 == RowPlan.snowplowColumnsCount
  }

  private static func isCloudEventsType(_ headers: MessageHeaders) -> Bool {
    let name: StaticString = "application/cloudevents"
    guard let value = unsafe headers.value("content-type"),
      value.count >= name.utf8CodeUnitCount
    else { return false }
    // SAFETY: a literal's bytes live as long as the program, and the value has as many.
    for i in 0..<name.utf8CodeUnitCount
    where unsafe value[i] | 0x20 != name.utf8Start[i] | 0x20 { return false }
    return true
  }
}
