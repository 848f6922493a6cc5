internal import ThermoclineCore

/// The fields of each format, written down.
struct PlanDraft {
  private(set) var tree = FieldTreeBuilder()
  private(set) var wrapper = SlotList.none
  private(set) var lenient: UInt64 = 0
  /// False when a mapping's pointers and the format's own fields do not fit one tree.
  private(set) var fits = true
  private var fields: [EventField: [UInt8]] = [:]

  /// What a mapping names goes before the format's own places.
  init(mapping: FieldMapping) {
    for field in EventField.allCases {
      guard let source = mapping.sources[field], let pointer = JSONPointer(source) else { continue }
      fields[field] = [slot(pointer.keys)]
    }
  }

  func slots(_ field: EventField) -> [UInt8] { fields[field] ?? [] }

  mutating func add(_ format: InputFormat, _ group: String) -> FormatPlan.Special {
    switch format {
    case .segment: return segment()
    case .cloudevents: return cloudEvents()
    case .posthog: return postHog(group)
    case .amplitude: return amplitude(group)
    case .auto, .thermocline, .snowplow, .mapped, .csv: return FormatPlan.Special()
    }
  }

  /// Makes the sniffer's keys the first slots.
  mutating func addKeysOfSniffer() {
    for (place, key) in FormatSniffer.keys.enumerated() {
      let slot = slot([key])
      precondition(slot == place, "the sniffer's keys come first")
    }
  }

  /// https://segment.com/docs/connections/spec/common/ and RudderStack's event specification.
  private mutating func segment() -> FormatPlan.Special {
    var special = FormatPlan.Special()
    field(.type, ["type"])
    special.event = slot(["event"])
    special.groupID = slot(["groupId"])
    field(.account, ["context", "groupId"])
    field(.user, ["userId"])
    field(.user, ["anonymousId"])
    special.previousID = slot(["previousId"])
    special.name = slot(["name"])
    field(.time, ["timestamp"])
    field(.time, ["originalTimestamp"])
    field(.time, ["sentAt"])
    field(.id, ["messageId"])
    free(.value, ["properties", "value"])
    free(.value, ["properties", "revenue"])
    free(.feature, ["properties", "feature"])
    wrapper = slot(["batch"])
    return special
  }

  /// CloudEvents 1.0, JSON format; the data's keys are ours.
  private mutating func cloudEvents() -> FormatPlan.Special {
    var special = FormatPlan.Special()
    special.specversion = slot(["specversion"])
    special.source = slot(["source"])
    special.id = slot(["id"])
    special.type = slot(["type"])
    special.subject = slot(["subject"])
    special.time = slot(["time"])
    field(.id, ["id"])
    field(.type, ["type"])
    field(.account, ["subject"])
    field(.time, ["time"])
    for key in ["user", "userId", "user_id"] { free(.user, ["data", key]) }
    free(.value, ["data", "value"])
    free(.value, ["data", "count"])
    free(.feature, ["data", "feature"])
    return special
  }

  /// PostHog's capture API, its Kafka envelope (the event in `data`, as text), and
  /// `clickhouse_events_json` (`properties` as text).
  private mutating func postHog(_ group: String) -> FormatPlan.Special {
    var special = FormatPlan.Special()
    var (groups, indices, types, keys): ([UInt8], [UInt8], [UInt8], [UInt8]) = ([], [], [], [])
    var (aliases, anonymous): ([UInt8], [UInt8]) = ([], [])
    for outer in [[], ["data"]] {
      let properties = outer + ["properties"]
      tree.embed(properties)
      field(.type, outer + ["event"])
      field(.user, outer + ["distinct_id"])
      field(.user, properties + ["distinct_id"])
      field(.account, properties + ["$groups", group])
      groups.append(slot(properties + ["$groups"]))
      if outer.isEmpty {
        for i in 0...4 { indices.append(slot(properties + ["$group_\(i)"])) }
      }
      types.append(slot(properties + ["$group_type"]))
      keys.append(slot(properties + ["$group_key"]))
      aliases.append(slot(properties + ["alias"]))
      anonymous.append(slot(properties + ["$anon_distinct_id"]))
      field(.time, outer + ["timestamp"])
      field(.time, properties + ["$time"])
      field(.id, outer + ["uuid"])
      free(.value, properties + ["value"])
      free(.value, properties + ["revenue"])
      free(.feature, properties + ["feature"])
    }
    field(.user, ["person_id"])
    field(.time, ["sent_at"])
    field(.time, ["now"])
    tree.embed(["data"])
    special.groups = SlotList(groups)
    special.groupIndices = SlotList(indices)
    special.groupType = SlotList(types)
    special.groupKey = SlotList(keys)
    special.aliases = SlotList(aliases)
    special.anonymousID = SlotList(anonymous)
    wrapper = slot(["batch"])
    return special
  }

  /// Amplitude's HTTP API and its export.
  private mutating func amplitude(_ group: String) -> FormatPlan.Special {
    field(.type, ["event_type"])
    field(.account, ["groups", group, "0"])
    field(.account, ["groups", group])
    field(.user, ["user_id"])
    field(.user, ["device_id"])
    field(.time, ["time"])
    field(.time, ["event_time"])
    field(.id, ["insert_id"])
    field(.id, ["$insert_id"])
    free(.value, ["event_properties", "value"])
    free(.value, ["revenue"])
    free(.feature, ["event_properties", "feature"])
    wrapper = slot(["events"])
    return FormatPlan.Special()
  }

  private mutating func field(_ field: EventField, _ path: [String]) {
    let slot = slot(path)
    if !slots(field).contains(slot) { fields[field, default: []].append(slot) }
  }

  /// A field that stands among the producer's own: anything may stand there.
  private mutating func free(_ field: EventField, _ path: [String]) {
    let isMapped = fields.values.joined().contains(slot(path))
    self.field(field, path)
    if !isMapped { lenient |= 1 << UInt64(slot(path)) }
  }

  private mutating func slot(_ path: [String]) -> UInt8 {
    guard let slot = tree.slot(path) else {
      fits = false
      return 0
    }
    return slot
  }
}
