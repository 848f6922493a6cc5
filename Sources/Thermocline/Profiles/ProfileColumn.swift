/// The columns a table of profiles may have.
enum ProfileColumn: String, CaseIterable {
  case account, tier, industry, stage, lifecycle, segment, plan
  case contractStart = "contract_start"
  case contractEnd = "contract_end"
  case registered, revenue, seats
  case keyContacts = "key_contacts"
  case parent

  /// A name of the header as it is compared: without outer spaces, in lower case.
  static func normalized(_ name: String) -> String {
    trimmed(name).lowercased()
  }

  /// Without spaces and tabs at both ends.
  static func trimmed(_ text: some StringProtocol) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let head = text.drop(while: isBlank)
    return String(head.prefix(head.count - head.reversed().prefix(while: isBlank).count))
  }
}
