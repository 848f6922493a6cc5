internal import ThermoclineCodec
package import ThermoclineCore

/// An event with its texts.
package struct InspectedEvent: Sendable, Equatable {
  package var kind: EventKind
  package var type: String
  package var account: String?
  package var user: String?
  package var feature: String?
  package var id: String?
  package var time: EventTime
  package var valueMicros: Int64

  /// The event at a place of a batch.
  init(_ event: EventRecord, of batch: EventBatch) {
    func text(_ range: ByteRange) -> String? { range.isAbsent ? nil : batch.string(range) }
    kind = event.kind
    type = text(event.type) ?? ""
    account = text(event.account)
    user = text(event.user)
    feature = text(event.feature)
    id = text(event.id)
    time = EventTime(milliseconds: event.time)
    valueMicros = event.valueMicros
  }

  /// The value without needless zeros.
  var valueText: String {
    let sign = valueMicros < 0 ? "-" : ""
    let (whole, rest) = valueMicros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    guard rest > 0 else { return "\(sign)\(whole)" }
    let digits = String(String(rest + 1_000_000).dropFirst())
    let zeros = digits.reversed().prefix { $0 == "0" }.count
    return "\(sign)\(whole).\(digits.dropLast(zeros))"
  }

  /// Its members of the JSON line.
  func write(to writer: inout JSONWriter) {
    writer.key("kind")
    writer.value("\(kind)")
    for (name, text) in [
      ("type", type), ("account", account), ("user", user), ("feature", feature), ("id", id),
    ] {
      writer.key(name)
      writer.value(text)
    }
    writer.key("time")
    writer.value(time)
    writer.key("value")
    writer.value(units: valueMicros, places: 6)
  }
}
