internal import GRDB
internal import ThermoclineCore

/// A page of accounts and how many there are in all.
struct AccountPage: Sendable {
  var rows: [AccountRow]
  var total: Int
}

/// All that is known of one account.
struct AccountRecord: Sendable {
  var row: AccountRow
  /// The newest messages as they came.
  var score: String?
  var usage: String?
  /// Oldest first.
  var history: [HistoryPoint]
  var alertChanges: [AlertPoint]
  var alerts: [StoredAlert]
}

extension HistoryStore {
  /// One page: a walk along the index of its order, up to the page's end.
  func accounts(_ query: AccountQuery) async throws(HistoryFailure) -> AccountPage {
    try await read { db in
      let (condition, arguments) = query.condition
      let total = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM account \(condition)", arguments: arguments)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM account WHERE rowid IN
            (SELECT rowid FROM account \(condition) \(query.order) LIMIT ? OFFSET ?) \(query.order)
          """,
        arguments: arguments + [query.limit, query.offset])
      return AccountPage(rows: rows.map(AccountRow.init), total: total ?? 0)
    }
  }

  /// One account; nil when there is none of that id.
  func account(_ id: String) async throws(HistoryFailure) -> AccountRecord? {
    try await read { db in
      guard
        let row = try Row.fetchOne(
          db, sql: "SELECT * FROM account WHERE id = ?", arguments: [id])
      else { return nil }
      let message = try Row.fetchOne(
        db, sql: "SELECT score, usage FROM message WHERE id = ?", arguments: [id])
      return AccountRecord(
        row: AccountRow(row), score: message?["score"], usage: message?["usage"],
        history: try Self.history(db, id, limit: 2_000),
        alertChanges: try Row.fetchAll(
          db,
          sql:
            "SELECT * FROM (SELECT * FROM alert_change WHERE account = ? ORDER BY at DESC LIMIT 500) ORDER BY at",
          arguments: [id]
        ).map(AlertPoint.init),
        alerts: try StoredAlert.fetch(
          db, where: "alert.account = ?", arguments: [id], limit: 100, offset: 0))
    }
  }

  /// An account's newest final scores, oldest first; nil when there is no such account.
  func history(_ id: String, limit: Int) async throws(HistoryFailure) -> [HistoryPoint]? {
    try await read { db in
      // Changes of an account that has been forgotten may still be in their topic.
      let isThere = try Bool.fetchOne(
        db, sql: "SELECT EXISTS(SELECT 1 FROM account WHERE id = ?)", arguments: [id])
      return isThere == true ? try Self.history(db, id, limit: limit) : nil
    }
  }

  private static func history(_ db: Database, _ id: String, limit: Int) throws -> [HistoryPoint] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM history WHERE account = ? ORDER BY at DESC LIMIT ?",
      arguments: [id, limit]
    ).reversed().map(HistoryPoint.init)
  }
}
