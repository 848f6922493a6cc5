package import ThermoclineCore

/// Writes the values of one account's windows as a line of newline-delimited JSON:
/// `{"account":…,"end":…,<quantity>:<value>,…}`, with `"corrected":true` after the end where it replaces an earlier row.
package struct WindowRowEncoder: Sendable {
  /// One quantity of a row.
  package struct Column: Sendable, Equatable {
    package var name: String
    /// Decimal places of the whole numbers given: 6 for a sum, which is kept in millionths, else 0.
    package var places: Int

    package init(name: String, places: Int) {
      self.name = name
      self.places = places
    }
  }

  private let columns: [Column]

  /// `columns` in the order of the values that will be given.
  package init(columns: [Column]) { self.columns = columns }

  /// Appends one line; `values` has one value a column.
  package func encode(
    account: String, end: EventTime, values: [Int64], isCorrected: Bool = false,
    into writer: inout JSONWriter
  ) {
    precondition(values.count == columns.count)
    writer.beginObject()
    writer.key("account")
    writer.value(account)
    writer.key("end")
    writer.value(end)
    if isCorrected {
      writer.key("corrected")
      writer.value(true)
    }
    for (column, value) in zip(columns, values) {
      writer.key(column.name)
      writer.value(units: value, places: column.places)
    }
    writer.endObject()
    writer.endLine()
  }
}
