internal import GRDB

/// Which accounts are wanted, in what order, and which page of them.
struct AccountQuery: Sendable, Equatable {
  enum Sort: String, CaseIterable, Sendable {
    case score, trend, change, revenue, account, at

    var column: String { self == .account ? "id" : rawValue }
  }

  var band: String?
  var quadrant: String?
  var tier: String?
  var stage: String?
  /// Part of the account's id, whatever the case of ASCII letters.
  var text: String?
  var sort = Sort.score
  var isDescending = false
  /// 1…500.
  var limit = 50
  /// Accounts before the page, 0…10,000,000.
  var offset = 0

  static let limitMax = 500
  /// Characters looked for; the rest is not.
  static let textMax = 256
  static let offsetMax = 10_000_000

  init() {}

  /// Reads a request's query; an empty filter is none, as a form sends it, and names that are not known are ignored.
  init(_ query: [(name: String, value: String)]) throws(WrongQuery) {
    for (name, value) in query {
      switch name {
      case "band": band = value.isEmpty ? nil : value
      case "quadrant": quadrant = value.isEmpty ? nil : value
      case "tier": tier = value.isEmpty ? nil : value
      case "stage": stage = value.isEmpty ? nil : value
      case "q": text = value.isEmpty ? nil : String(value.prefix(Self.textMax))
      case "sort":
        guard let sort = Sort(rawValue: value) else {
          throw WrongQuery(
            text: "sort takes one of: \(Sort.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.sort = sort
      case "order":
        guard value == "asc" || value == "desc" else {
          throw WrongQuery(text: "order takes asc or desc")
        }
        isDescending = value == "desc"
      case "limit": limit = try WrongQuery.number(name, value, 1...Self.limitMax)
      case "offset": offset = try WrongQuery.number(name, value, 0...Self.offsetMax)
      default: break
      }
    }
  }

  /// The condition and what stands in its places. No text of a request is ever part of the statement.
  var condition: (sql: String, arguments: StatementArguments) {
    var parts: [String] = []
    var arguments = StatementArguments()
    for (column, value) in [
      ("band", band), ("quadrant", quadrant), ("tier", tier), ("stage", stage),
    ] {
      guard let value else { continue }
      if value == "none" {
        parts.append("coalesce(\(column), '') IN ('', 'none')")
      } else {
        // The plus keeps SQLite to the index of the order, which holds the column too.
        parts.append("+\(column) = ?")
        arguments += [value]
      }
    }
    if let text {
      parts.append("id LIKE ? ESCAPE '\\'")
      arguments += ["%" + Self.escaped(text) + "%"]
    }
    return (parts.isEmpty ? "" : "WHERE " + parts.joined(separator: " AND "), arguments)
  }

  /// Accounts without a value come last, whatever the order.
  var order: String {
    let direction = isDescending ? "DESC" : "ASC"
    return "ORDER BY \(sort.column) \(direction) NULLS LAST, id \(direction)"
  }

  /// The text with `LIKE`'s own characters escaped.
  static func escaped(_ text: String) -> String {
    var result = ""
    // Not by character: with an accent behind it a percent sign is another character and still SQLite's.
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "\\" { result.append("\\") }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
