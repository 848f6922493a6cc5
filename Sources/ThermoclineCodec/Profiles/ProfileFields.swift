internal import ThermoclineCore

/// The fields of one profile message on their way into a profile.
struct ProfileFields {
  /// What a profile can say, by its name in a table of profiles.
  private enum Field: String {
    case tier, industry, stage, revenue, seats, parent
    case contractStart = "contract_start"
    case contractEnd = "contract_end"
    case keyContacts = "key_contacts"

    init?(_ key: String) {
      switch key {
      case "contractStart": self = .contractStart
      case "contractEnd": self = .contractEnd
      case "keyContacts": self = .keyContacts
      default: self.init(rawValue: key)
      }
    }
  }

  private var values: [Field: JSONValue] = [:]

  /// Notes a member of the object. A field that is there twice, in either spelling, is refused: nobody could say which
  /// one counts.
  mutating func add(_ key: String, _ value: JSONValue) throws(ProfileFault) {
    guard let field = Field(key) else { return }
    guard values.updateValue(value, forKey: field) == nil else {
      throw ProfileFault(.duplicateKey, "the field \(field.rawValue) is there twice")
    }
  }

  func profile() throws(ProfileFault) -> AccountProfile {
    var profile = AccountProfile()
    profile.tier = try text(.tier) ?? profile.tier
    profile.industry = try text(.industry) ?? profile.industry
    profile.stage = try text(.stage)
    profile.contractStart = try time(.contractStart)
    profile.contractEnd = try time(.contractEnd)
    if let start = profile.contractStart, let end = profile.contractEnd, end < start {
      throw ProfileFault(.valueOutOfRange, "contract_end: the contract ends before it begins")
    }
    profile.revenue = try revenue()
    profile.seats = try seats()
    profile.keyContacts = try contacts()
    profile.parent = try text(.parent)
    return profile
  }

  /// The value of a field that says something.
  private subscript(field: Field) -> JSONValue? {
    values[field] == .null ? nil : values[field]
  }

  /// A text; an empty one counts as missing, as in a table.
  private func text(_ field: Field) throws(ProfileFault) -> String? {
    guard let value = self[field] else { return nil }
    guard case .string(let text) = value else { throw wrong(field, "a text") }
    try check(text, field)
    return text.isEmpty ? nil : text
  }

  private func revenue() throws(ProfileFault) -> Double {
    guard let value = self[.revenue] else { return 0 }
    guard case .number(let text) = value, let revenue = Double(text) else {
      throw wrong(.revenue, "a number")
    }
    guard revenue.isFinite, revenue >= 0 else {
      throw ProfileFault(.valueOutOfRange, "revenue: \(text) is not an amount of 0 or more")
    }
    return revenue
  }

  private func seats() throws(ProfileFault) -> Int {
    guard let value = self[.seats] else { return 0 }
    guard case .number(let text) = value else { throw wrong(.seats, "a number") }
    guard let seats = Int(text), seats >= 0 else {
      throw ProfileFault(.valueOutOfRange, "seats: \(text) is not a whole number of 0 or more")
    }
    return seats
  }

  private func contacts() throws(ProfileFault) -> [String] {
    guard let value = self[.keyContacts] else { return [] }
    guard case .array(let elements) = value else { throw wrong(.keyContacts, "a list of users") }
    var contacts: [String] = []
    for element in elements {
      guard case .string(let user) = element else { throw wrong(.keyContacts, "a list of users") }
      try check(user, .keyContacts)
      if !user.isEmpty { contacts.append(user) }
    }
    return contacts
  }

  /// A date (midnight UTC) or a time of RFC 3339.
  private func time(_ field: Field) throws(ProfileFault) -> EventTime? {
    guard let text = try text(field) else { return nil }
    guard let time = AccountMessage.time(text) else {
      throw ProfileFault(
        .invalidTime,
        "\(field.rawValue): \"\(text)\" is neither 2025-09-01 nor 2025-09-01T08:30:00Z")
    }
    return time
  }

  private func check(_ text: String, _ field: Field) throws(ProfileFault) {
    guard text.utf8.count <= Limits.nameBytesMax else {
      throw ProfileFault(
        .nameTooLong,
        "\(field.rawValue) has \(text.utf8.count) bytes, more than \(Limits.nameBytesMax)")
    }
  }

  private func wrong(_ field: Field, _ wanted: String) -> ProfileFault {
    ProfileFault(.wrongType, "\(field.rawValue) is not \(wanted)")
  }
}
