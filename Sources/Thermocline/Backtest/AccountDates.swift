internal import ThermoclineCore

/// Dates of accounts from one column of a comma-separated table with a header. An empty field is no
/// date. Only the column `account` must be there besides.
struct AccountDates {
  /// Midnight-based days since 1970, UTC.
  private(set) var days: [String: Int] = [:]

  /// Reads the column of a file. Where the header lacks it: an error, or no dates if it is optional.
  static func read(
    _ path: String, column: String, isOptional: Bool = false
  ) throws(JobFailure) -> AccountDates {
    let bytes = try Inputs.bytes(path, status: .noInput)
    let outcome: Outcome
    do throws(SeparatedValues.Failure) {
      outcome = try table(bytes, path, column, isOptional)
    } catch {
      throw JobFailure(
        .badData,
        "\(path), line \(error.line), column \(error.column): not a table as RFC 4180 has it; "
          + "quote fields that hold commas or quotes")
    }
    return try outcome.get()
  }

  private typealias Outcome = Result<AccountDates, JobFailure>

  /// No dates at all.
  static let none = AccountDates()

  private init() {}

  /// Faults of the table are thrown, those of its content returned.
  private static func table(
    _ bytes: [UInt8], _ file: String, _ column: String, _ isOptional: Bool
  ) throws(SeparatedValues.Failure) -> Outcome {
    func failure(_ line: Int, _ text: String) -> Outcome {
      .failure(JobFailure(.badData, "\(file), line \(line): \(text)"))
    }
    var rows = SeparatedValues(bytes)
    let header = try rows.next()?.fields.map(ProfileColumn.normalized) ?? []
    guard let account = header.firstIndex(of: "account") else {
      return failure(1, "no column account; begin the file with a line such as account,\(column)")
    }
    guard let date = header.firstIndex(of: column) else {
      return isOptional
        ? .success(AccountDates())
        : failure(1, "no column \(column); begin the file with the line account,\(column)")
    }
    var dates = AccountDates()
    while let row = try rows.next() {
      guard row.fields.count == header.count else {
        return failure(
          row.line, "\(row.fields.count) fields where the header has \(header.count)")
      }
      let text = ProfileColumn.trimmed(row.fields[date])
      if text.isEmpty { continue }
      guard let time = readTime(text) else {
        return failure(row.line, "\"\(text)\" is no date; write 2025-09-01 or nothing")
      }
      let day = time.dayNumber
      guard dates.days.updateValue(day, forKey: ProfileColumn.trimmed(row.fields[account])) == nil
      else {
        return failure(row.line, "the account has a line already; keep one line an account")
      }
    }
    return .success(dates)
  }
}
