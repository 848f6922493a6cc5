package import ThermoclineCore

/// Profiles as the comma-separated table that `replay --profiles` reads (RFC 4180, header first).
package enum ProfileCSV {
  /// Column names in order. Key contacts are separated by `;` inside their column.
  package static let header =
    "account,tier,industry,stage,contract_start,contract_end,revenue,seats,key_contacts,parent"

  /// The whole table, one line an account, each ended by a line feed.
  package static func text(_ profiles: [(account: String, profile: AccountProfile)]) -> String {
    var text = header + "\n"
    for (account, profile) in profiles {
      let fields = [
        account, profile.tier, profile.industry, profile.stage ?? "", date(profile.contractStart),
        date(profile.contractEnd), amount(profile.revenue),
        profile.seats == 0 ? "" : String(profile.seats),
        profile.keyContacts.joined(separator: ";"), profile.parent ?? "",
      ]
      text += fields.map(quoted).joined(separator: ",") + "\n"
    }
    return text
  }

  private static func date(_ time: EventTime?) -> String {
    time.map { String($0.description.prefix(10)) } ?? ""
  }

  private static func amount(_ amount: Double) -> String {
    Int64(exactly: amount).map(String.init) ?? String(amount)
  }

  private static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
      return field
    }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
