package import ThermoclineCore

/// Account profiles from a comma-separated table with a header (RFC 4180). Columns are found by
/// name, in any order and case; only `account` is required. An empty field is the profile's
/// default.
///
/// | column | meaning |
/// |---|---|
/// | `account` | name of the account, once in the file |
/// | `tier`, else `plan`, else `segment` | tier |
/// | `industry` | industry |
/// | `stage`, else `lifecycle` | stage of the life cycle |
/// | `contract_start`, else `registered` | `YYYY-MM-DD` (midnight UTC) or RFC 3339 |
/// | `contract_end` | end of the contract |
/// | `revenue` | recurring revenue a month, 0 or more |
/// | `seats` | licensed users, a whole number |
/// | `key_contacts` | users separated by `;` |
/// | `parent` | account it belongs to |
package struct ProfileTable: Sendable, Equatable {
  package private(set) var profiles: [String: AccountProfile] = [:]
  /// Columns of the header that mean nothing here, in order; worth one warning.
  package private(set) var ignoredColumns: [String] = []

  /// Reads a whole table. `file` is its name for errors. Throws for the first line that is wrong.
  package init(_ bytes: [UInt8], file: String) throws(ProfileTableError) {
    var rows = SeparatedValues(bytes)
    guard let header = try Self.next(&rows, file) else {
      throw ProfileTableError(
        file: file, line: 0, column: "", problem: "the file is empty",
        remedy: "begin it with a header line that names at least the column account")
    }
    let columns = try Self.columns(header, file)
    ignoredColumns = header.fields.map(ProfileColumn.normalized).filter {
      ProfileColumn(rawValue: $0) == nil
    }
    while let row = try Self.next(&rows, file) {
      guard row.fields.count == header.fields.count else {
        throw ProfileTableError(
          file: file, line: row.line, column: "",
          problem: "\(row.fields.count) fields where the header has \(header.fields.count)",
          remedy: "quote fields that contain a comma and write empty fields as ,,")
      }
      let reader = ProfileRow(row: row, columns: columns, file: file)
      let account = try reader.account()
      guard profiles[account] == nil else {
        throw reader.failure(
          .account, "the account \(account) has a line already", "keep one line an account")
      }
      profiles[account] = try reader.profile()
    }
  }

  /// Position of every known column.
  private static func columns(
    _ header: SeparatedValues.Row, _ file: String
  ) throws(ProfileTableError) -> [ProfileColumn: Int] {
    var columns: [ProfileColumn: Int] = [:]
    for (position, name) in header.fields.enumerated() {
      guard let column = ProfileColumn(rawValue: ProfileColumn.normalized(name)) else { continue }
      guard columns.updateValue(position, forKey: column) == nil else {
        throw ProfileTableError(
          file: file, line: header.line, column: column.rawValue,
          problem: "the column occurs twice", remedy: "keep one of them")
      }
    }
    guard columns[.account] != nil else {
      throw ProfileTableError(
        file: file, line: header.line, column: "account", problem: "the column is missing",
        remedy: "name the column with the accounts' names account")
    }
    return columns
  }

  private static func next(
    _ rows: inout SeparatedValues, _ file: String
  ) throws(ProfileTableError) -> SeparatedValues.Row? {
    do throws(SeparatedValues.Failure) {
      return try rows.next()
    } catch {
      let (problem, remedy) =
        switch error.fault {
        case .invalidUTF8: ("the field is not UTF-8", "save the file as UTF-8")
        case .quoteInField:
          ("a quote stands inside an unquoted field", "quote the whole field and double the quote")
        case .textAfterQuote:
          ("text follows a closing quote", "double quotes that belong to the field")
        case .openQuote: ("the quote that opens the field never closes", "close it")
        }
      throw ProfileTableError(
        file: file, line: error.line, column: String(error.column), problem: problem,
        remedy: remedy)
    }
  }
}
