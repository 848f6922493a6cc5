internal import ThermoclineCore

/// What the usage of an account and of a segment have in common.
extension JSONWriter {
  /// A field with a whole number.
  mutating func field(_ key: StaticString, _ value: Int) {
    self.key(key)
    self.value(Int64(value))
  }

  /// A field with a number, or null.
  mutating func field(_ key: StaticString, _ value: Double?) {
    self.key(key)
    readable(value)
  }

  /// The field `users`.
  mutating func field(_ users: UsageUsers) {
    key("users")
    beginObject()
    field("daily", users.daily)
    field("weekly", users.weekly)
    field("monthly", users.monthly)
    field("stickiness", users.stickiness)
    field("successful", users.successful)
    field("conversion", users.conversion)
    endObject()
  }

  /// The field `features`: how many there are, and the lists of those used most and of those that convert most.
  mutating func field<Feature>(
    features: Int, top: [Feature], converting: [Feature],
    _ write: (Feature, inout JSONWriter) -> Void
  ) {
    key("features")
    beginObject()
    field("used", features)
    key("top")
    objects(top, write)
    key("converting")
    objects(converting, write)
    endObject()
  }

  /// The field `funnel`.
  mutating func field(funnel: [AccountUsage.Step]) {
    key("funnel")
    objects(funnel) { step, writer in
      writer.key("type")
      writer.value(step.type)
      writer.field("users", step.users)
      writer.field("conversion", step.conversion)
      writer.key("converted")
      if let users = step.converted { writer.value(Int64(users)) } else { writer.null() }
      writer.field("convertedShare", step.convertedShare)
    }
  }
}
