package import ThermoclineCodec
package import ThermoclineCore

/// In which form events come in.
package struct InputSettings: Sendable, Equatable {
  package var format = InputFormat.auto
  /// Where fields stand: JSON pointers, or columns of CSV.
  package var mapping = FieldMapping()
  /// The kind of group, or the entity, that is an account.
  package var accountGroup = "company"

  package init() {}

  /// Bytes of the name of a kind of group.
  private static let groupBytesMax = 64

  /// What flags say: the format's name, `field=/json/pointer` or `field=column` for each mapped
  /// field, the kind of group. A mapping without a format means `mapped`.
  package init(format: String?, maps: [String], accountGroup: String) throws(JobFailure) {
    let name = format ?? (maps.isEmpty ? "auto" : "mapped")
    guard let format = InputFormat(rawValue: name) else {
      throw JobFailure(
        .usage, "--format \(name): there is no such format; choose one of \(Self.formatNames)")
    }
    self.format = format
    self.accountGroup = accountGroup
    for map in maps {
      let parts = map.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let field = EventField(rawValue: String(parts[0])) else {
        throw JobFailure(
          .usage, "--map \(map): write field=/json/pointer with a field of \(Self.fieldNames)")
      }
      guard mapping.sources.updateValue(String(parts[1]), forKey: field) == nil else {
        throw JobFailure(.usage, "--map \(map): the field \(field.rawValue) is mapped twice")
      }
    }
    if let finding = finding() {
      throw JobFailure(
        .usage,
        "--\(finding.key == "account_group" ? "account-group" : "map"): \(finding.text)")
    }
  }

  /// What is wrong, and with which key below `input`; nil when nothing is.
  func finding() -> (key: String, text: String)? {
    guard (1...Self.groupBytesMax).contains(accountGroup.utf8.count) else {
      return ("account_group", "has not 1 to \(Self.groupBytesMax) bytes")
    }
    guard let finding = mapping.finding(for: format, accountGroupType: accountGroup) else {
      return nil
    }
    return ("mapping" + (finding.field.map { ".\($0.rawValue)" } ?? ""), finding.text)
  }

  /// A decoder for events up to a time.
  package func decoder(latestAccepted: EventTime) -> FormatDecoder {
    FormatDecoder(
      format: format, latestAccepted: latestAccepted, mapping: mapping,
      accountGroupType: accountGroup)
  }

  static let formatNames = InputFormat.allCases.map(\.rawValue).joined(separator: ", ")
  static let fieldNames = EventField.allCases.map(\.rawValue).joined(separator: ", ")
}
