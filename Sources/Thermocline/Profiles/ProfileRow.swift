internal import ThermoclineCore

/// Turns the fields of one line into a profile.
struct ProfileRow {
  let row: SeparatedValues.Row
  let columns: [ProfileColumn: Int]
  let file: String

  func account() throws(ProfileTableError) -> String {
    guard let account = self[.account] else {
      throw failure(.account, "the account's name is empty", "write it or remove the line")
    }
    guard account.utf8.count <= Limits.nameBytesMax else {
      throw failure(
        .account, "the name is longer than \(Limits.nameBytesMax) bytes", "shorten it")
    }
    return account
  }

  func profile() throws(ProfileTableError) -> AccountProfile {
    var profile = AccountProfile()
    profile.tier = self[.tier] ?? self[.plan] ?? self[.segment] ?? profile.tier
    profile.industry = self[.industry] ?? profile.industry
    profile.stage = self[.stage] ?? self[.lifecycle]
    let registered = try time(.registered)
    profile.contractStart = try time(.contractStart) ?? registered
    profile.contractEnd = try time(.contractEnd)
    if let start = profile.contractStart, let end = profile.contractEnd, end < start {
      throw failure(
        .contractEnd, "the contract ends before it begins", "correct one of the two dates")
    }
    profile.revenue = try revenue()
    profile.seats = try seats()
    profile.keyContacts = (self[.keyContacts] ?? "").split(separator: ";")
      .map(ProfileColumn.trimmed).filter { !$0.isEmpty }
    profile.parent = self[.parent]
    return profile
  }

  /// The error at a column of this line.
  func failure(_ column: ProfileColumn, _ problem: String, _ remedy: String) -> ProfileTableError {
    ProfileTableError(
      file: file, line: row.line, column: column.rawValue, problem: problem, remedy: remedy)
  }

  /// The field, without outer spaces; nil when the column is missing or the field empty.
  private subscript(column: ProfileColumn) -> String? {
    guard let position = columns[column] else { return nil }
    let text = ProfileColumn.trimmed(row.fields[position])
    return text.isEmpty ? nil : text
  }

  private func revenue() throws(ProfileTableError) -> Double {
    guard let text = self[.revenue] else { return 0 }
    guard let revenue = Double(text), revenue.isFinite, revenue >= 0 else {
      throw failure(
        .revenue, "\"\(text)\" is not an amount", "write 0 or more with a point, for example 1250.5"
      )
    }
    return revenue
  }

  private func seats() throws(ProfileTableError) -> Int {
    guard let text = self[.seats] else { return 0 }
    guard let seats = Int(text), seats >= 0 else {
      throw failure(
        .seats, "\"\(text)\" is not a number of users", "write a whole number, 0 or more")
    }
    return seats
  }

  private func time(_ column: ProfileColumn) throws(ProfileTableError) -> EventTime? {
    guard let text = self[column] else { return nil }
    guard let time = ProfileDate.time(text) else {
      throw failure(
        column, "\"\(text)\" is not a date",
        "write 2025-09-01 or 2025-09-01T08:30:00Z")
    }
    return time
  }
}
