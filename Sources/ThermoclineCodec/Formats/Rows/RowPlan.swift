internal import ThermoclineCore

/// The columns of a format of rows and the fields they hold.
final class RowPlan: Sendable {
  enum Separation { case tabs, commas }

  let separation: Separation
  let plan: FormatPlan
  /// The slot of each column; `SlotList.none` for those of no interest.
  let slots: [UInt8]
  /// The column with Snowplow's entities and the slot of the account among them; −1 without.
  let contexts: Int
  let entity: String

  private init(
    _ separation: Separation, plan: FormatPlan, slots: [UInt8], contexts: Int, entity: String
  ) {
    self.separation = separation
    self.plan = plan
    self.slots = slots
    self.contexts = contexts
    self.entity = entity
  }

  /// Columns of an enriched event, from the canonical event model:
  /// https://docs.snowplow.io/docs/fundamentals/canonical-event/understanding-the-enriched-tsv-format/
  static let snowplowColumnsCount = 131

  /// Snowplow's enriched event. The account is the `id` of the entity named `entity`.
  static func snowplow(_ entity: String) -> RowPlan {
    let columns: [(Int, String)] = [
      (3, "collector_tstamp"), (5, "event"), (6, "event_id"), (12, "user_id"),
      (15, "domain_userid"), (35, "page_urlpath"), (52, "contexts"), (54, "se_action"),
      (57, "se_value"), (124, "derived_tstamp"), (126, "event_name"),
    ]
    var slots = [UInt8](repeating: SlotList.none, count: snowplowColumnsCount)
    for (slot, column) in columns.enumerated() { slots[column.0] = UInt8(slot) }
    let plan = FormatPlan(
      format: .snowplow, columns: columns.map(\.1),
      fields: [
        .type: ["event_name", "event"], .account: ["contexts"],
        .user: ["user_id", "domain_userid"], .time: ["derived_tstamp", "collector_tstamp"],
        .id: ["event_id"], .value: ["se_value"], .feature: ["se_action", "page_urlpath"],
      ])
    return RowPlan(.tabs, plan: plan, slots: slots, contexts: 52, entity: entity)
  }

  /// What is wrong with a header, for a person.
  struct HeaderError: Error { let detail: String }

  /// The columns of a CSV archive. Without a mapping they have the names of the native fields.
  static func csv(header: String, mapping: FieldMapping) -> Result<RowPlan, HeaderError> {
    func error(_ text: String) -> Result<RowPlan, HeaderError> {
      .failure(HeaderError(detail: text))
    }
    var text = header
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    guard let names = fields(of: text) else {
      return error("its quotation marks do not match")
    }
    if Set(names).count < names.count { return error("a column's name stands twice in it") }
    if names.count > 1_000 { return error("it has more than 1000 columns") }
    var fields: [EventField: [String]] = [:]
    let usual: [EventField: [String]] = [
      .type: ["type"], .account: ["account"], .user: ["user"], .time: ["ts", "time"],
      .id: ["id"], .value: ["value", "count"], .feature: ["feature"],
    ]
    for field in EventField.allCases {
      if let name = mapping.sources[field] {
        guard names.contains(name) else {
          return error("it has no column \"\(name)\", which --map names for \(field.rawValue)")
        }
        fields[field] = [name]
      } else {
        fields[field] = usual[field]!.filter(names.contains)
      }
    }
    for field in [EventField.type, .time] where fields[field]!.isEmpty {
      return error("it has no column for \(field.rawValue); name one with --map")
    }
    if fields[.account]!.isEmpty && fields[.user]!.isEmpty {
      return error("it has no column for account or user; name one with --map")
    }
    var used: [String] = []
    for name in EventField.allCases.flatMap({ fields[$0]! }) where !used.contains(name) {
      used.append(name)
    }
    let slots = names.map { used.firstIndex(of: $0).map(UInt8.init) ?? SlotList.none }
    let plan = FormatPlan(format: .csv, columns: used, fields: fields)
    return .success(RowPlan(.commas, plan: plan, slots: slots, contexts: -1, entity: ""))
  }

  /// The fields of a header; nil when its quotation marks do not match.
  private static func fields(of line: String) -> [String]? {
    var fields: [String] = []
    var field = ""
    var isQuoted = false
    var wasQuoted = false
    for character in line.unicodeScalars {
      switch character {
      case "\"" where isQuoted:
        isQuoted = false
        wasQuoted = true
      case "\"" where wasQuoted:
        field.unicodeScalars.append(character)
        isQuoted = true
      case "\"" where field.isEmpty: isQuoted = true
      case "," where !isQuoted:
        fields.append(field)
        field = ""
        wasQuoted = false
      default:
        if wasQuoted && !isQuoted { return nil }
        field.unicodeScalars.append(character)
      }
    }
    if isQuoted { return nil }
    return fields + [field]
  }
}
