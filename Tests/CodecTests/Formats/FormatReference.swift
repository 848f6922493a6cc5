import Foundation
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

/// The rules of the formats written out plainly over what Foundation parsed, for messages of one
/// object.
struct FormatReference {
  let fields: [String: FoundationJSON]
  let group: String

  /// The event, or nil when it is to be refused.
  static func event(
    _ bytes: [UInt8], _ format: InputFormat, group: String = "company"
  ) -> PlainEvent? {
    guard case .object(let fields) = FoundationJSON.read(bytes) else { return nil }
    let reference = FormatReference(fields: fields, group: group)
    guard
      var event =
        switch format {
        case .segment: reference.segment()
        case .cloudevents: reference.cloudEvent()
        case .posthog: reference.postHog()
        case .amplitude: reference.amplitude()
        default: reference.mapped()
        },
      !event.type.isEmpty, !event.account.isEmpty || !event.user.isEmpty,
      event.time >= 946_684_800_000, event.time <= DecodingBench.latest.milliseconds
    else { return nil }
    event.message = String(decoding: bytes, as: UTF8.self)
    return event
  }

  private func segment() -> PlainEvent? {
    guard let call = name("type"), let account = name("context.groupId"),
      let user = name("userId", "anonymousId"), let id = name("messageId"),
      let time = time("timestamp", "originalTimestamp", "sentAt"),
      let micros = freeMicros("properties.value", "properties.revenue"),
      var feature = freeName("properties.feature")
    else { return nil }
    var type = call
    var group = account
    switch call {
    case "track":
      guard let event = name("event"), !event.isEmpty else { return nil }
      type = event
    case "group":
      guard let own = name("groupId") else { return nil }
      if !own.isEmpty { group = own }
    case "alias":
      guard let previous = name("previousId") else { return nil }
      feature = previous
    case "page", "screen":
      guard let name = name("name") else { return nil }
      if !name.isEmpty { feature = name }
    default: break
    }
    var event = PlainEvent(time: time, type: type, account: group)
    (event.user, event.feature, event.id, event.valueMicros) = (user, feature, id, micros)
    if call == "alias", !feature.isEmpty, !user.isEmpty { event.kind = .alias }
    if call == "group" || call == "identify", !group.isEmpty, !user.isEmpty {
      event.kind = .membership
    }
    return event
  }

  private func cloudEvent() -> PlainEvent? {
    guard fields["specversion"] == .string("1.0"), let type = name("type"),
      let account = name("subject"), let id = name("id"), !id.isEmpty,
      let source = name("source"), !source.isEmpty, (source + " " + id).utf8.count <= 256,
      let time = time("time"), let user = freeName("data.user", "data.userId", "data.user_id"),
      let feature = freeName("data.feature"), let micros = freeMicros("data.value", "data.count")
    else { return nil }
    var event = PlainEvent(time: time, type: type, account: account)
    (event.user, event.feature, event.valueMicros) = (user, feature, micros)
    event.id = source + " " + id
    return event
  }

  private func amplitude() -> PlainEvent? {
    guard let type = name("event_type"), let user = name("user_id", "device_id"),
      let id = name("insert_id", "$insert_id"), let time = time("time", "event_time"),
      let account = name("groups.\(group).0", "groups.\(group)"),
      let micros = freeMicros("event_properties.value", "revenue"),
      let feature = freeName("event_properties.feature")
    else { return nil }
    var event = PlainEvent(time: time, type: type, account: account)
    (event.user, event.feature, event.id, event.valueMicros) = (user, feature, id, micros)
    let isIdentification = type == "$identify" || type == "$groupidentify"
    if isIdentification, !account.isEmpty, !user.isEmpty { event.kind = .membership }
    return event
  }

  private func postHog() -> PlainEvent? {
    // Text that should hold JSON and holds none.
    for key in ["properties", "data"] {
      if case .string(let text)? = fields[key], !text.isEmpty,
        FoundationJSON.read(Array(text.utf8)) == nil
      {
        return nil
      }
    }
    guard let type = name("event"),
      let user = name("distinct_id", "properties.distinct_id", "person_id"),
      let id = name("uuid"), let time = time("timestamp", "properties.$time", "sent_at", "now"),
      var account = name("properties.$groups.\(group)"),
      let micros = freeMicros("properties.value", "properties.revenue"),
      var feature = freeName("properties.feature")
    else { return nil }
    var kind = EventKind.event
    if account.isEmpty, isAbsent(value("properties.$groups")) {
      guard
        let numbered = name(
          "properties.$group_0", "properties.$group_1", "properties.$group_2",
          "properties.$group_3", "properties.$group_4")
      else { return nil }
      account = numbered
    }
    switch type {
    case "$groupidentify":
      guard let groupType = name("properties.$group_type") else { return nil }
      if groupType == group {
        guard let key = name("properties.$group_key") else { return nil }
        account = key
        if !key.isEmpty, !user.isEmpty { kind = .membership }
      }
    case "$identify", "$create_alias", "$merge_dangerously":
      let path = type == "$identify" ? "properties.$anon_distinct_id" : "properties.alias"
      guard !isAbsent(value(path)), !user.isEmpty else { break }
      guard let earlier = name(path) else { return nil }
      feature = earlier
      kind = .alias
    default: break
    }
    var event = PlainEvent(time: time, type: type, account: account)
    (event.user, event.feature, event.id, event.valueMicros) = (user, feature, id, micros)
    event.kind = kind
    return event
  }

  private func mapped() -> PlainEvent? {
    guard let type = name("type"), let account = name("repo.name"),
      let user = name("actor.login"), let id = name("id"), let time = time("created_at")
    else { return nil }
    var event = PlainEvent(time: time, type: type, account: account)
    (event.user, event.id) = (user, id)
    let size = value("payload.size")
    if isAbsent(size) { return event }
    guard let micros = micros(size, allowsText: true) else { return nil }
    event.valueMicros = micros
    return event
  }

  // MARK: values

  private func value(_ path: String) -> FoundationJSON? {
    var value: FoundationJSON? = .object(fields)
    for key in path.split(separator: ".") {
      switch value {
      case .object(let fields): value = fields[String(key)]
      case .array(let elements):
        let index = Int(key) ?? -1
        value = elements.indices.contains(index) ? elements[index] : nil
      case .string(let text) where key != "0" && path.hasPrefix("properties."):
        guard case .object(let fields) = FoundationJSON.read(Array(text.utf8)) else { return nil }
        value = fields[String(key)]
      default: return nil
      }
    }
    return value
  }

  private func isAbsent(_ value: FoundationJSON?) -> Bool {
    value == nil || value == .null || value == .string("")
  }

  private func first(_ paths: [String]) -> FoundationJSON? {
    paths.lazy.map(value).first { !isAbsent($0) } ?? nil
  }

  /// The first that is given; nil when it is none that a name may be.
  private func name(_ paths: String...) -> String? {
    switch first(paths) {
    case nil: ""
    case .string(let text)? where text.utf8.count <= 256: text
    case .number(let number)? where !number.isNaN: "\(number)"
    default: nil
    }
  }

  private func freeName(_ paths: String...) -> String? {
    switch first(paths) {
    case .string(let text)? where text.utf8.count > 256: nil
    case .string(let text)?: text
    case .number(let number)?: "\(number)"
    default: ""
    }
  }

  private func freeMicros(_ paths: String...) -> Int64? {
    guard case .number? = first(paths) else { return 1_000_000 }
    return micros(first(paths), allowsText: false)
  }

  private func micros(_ value: FoundationJSON?, allowsText: Bool) -> Int64? {
    var number: Decimal
    switch value {
    case .number(let found)?: number = found
    case .string(let text)? where allowsText:
      guard case .number(let found) = FoundationJSON.read(Array(text.utf8)) else { return nil }
      number = found
    default: return nil
    }
    number *= 1_000_000
    var rounded = Decimal()
    // SAFETY: both pointers last for the call.
    unsafe NSDecimalRound(&rounded, &number, 0, .bankers)
    guard abs(rounded) <= 1_000_000_000_000_000 else { return nil }
    return Int64(truncating: rounded as NSDecimalNumber)
  }

  private func time(_ paths: String...) -> Int64? {
    switch first(paths) {
    case .string(let text)?: Self.time(text)
    case .number(let number)?: Self.time(number)
    default: nil
    }
  }

  static func time(_ text: String) -> Int64? {
    if let time = FoundationReference.time(rfc3339: text) { return time }
    if let time = FoundationReference.time(rfc3339: text + "Z") { return time }
    if text.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil {
      return FoundationReference.time(rfc3339: text + "T00:00:00Z")
    }
    if let match = text.wholeMatch(of: /(.{19,}[+-]\d\d)(\d\d)?/),
      let time = FoundationReference.time(rfc3339: "\(match.1):\(match.2 ?? "00")")
    {
      return time
    }
    guard case .number(let number) = FoundationJSON.read(Array(text.utf8)),
      text.first?.isWhitespace == false, text.last?.isWhitespace == false
    else { return nil }
    return time(number)
  }

  private static func time(_ number: Decimal) -> Int64? {
    let scale: Decimal =
      switch abs(number) {
      case ..<100_000_000_000: 1_000
      case ..<100_000_000_000_000: 1
      case ..<100_000_000_000_000_000: Decimal(sign: .plus, exponent: -3, significand: 1)
      default: Decimal(sign: .plus, exponent: -6, significand: 1)
      }
    var product = number * scale
    var cut = Decimal()
    // SAFETY: both pointers last for the call.
    unsafe NSDecimalRound(&cut, &product, 0, number < 0 ? .up : .down)
    guard abs(cut) < 1_000_000_000_000_000 else { return nil }
    return Int64(truncating: cut as NSDecimalNumber)
  }
}
