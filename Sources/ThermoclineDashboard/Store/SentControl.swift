internal import GRDB
internal import ThermoclineCore

/// What a person said of an alert through the dashboard. The job looks at it at the account's next midnight.
struct SentControl: Sendable, Equatable {
  var fingerprint: String
  /// nil = taken back.
  var action: AlertControl.Action?
  var reason: String
  var author: String
  var sent: EventTime
  var expires: EventTime?

  init(_ control: AlertControl?, of fingerprint: String, sent: EventTime) {
    self.fingerprint = fingerprint
    action = control?.action
    reason = control?.reason ?? ""
    author = control?.author ?? ""
    self.sent = sent
    expires = control?.expires
  }

  func save(_ db: Database) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO control VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [
        fingerprint, action?.rawValue, reason, author, sent.milliseconds, expires?.milliseconds,
      ])
  }

  init(_ row: Row) {
    fingerprint = row["fingerprint"]
    action = (row["action"] as String?).flatMap(AlertControl.Action.init)
    reason = row["reason"]
    author = row["author"]
    sent = EventTime(milliseconds: row["sent"])
    expires = (row["expires"] as Int64?).map { EventTime(milliseconds: $0) }
  }
}
