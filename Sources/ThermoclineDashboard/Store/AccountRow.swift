internal import GRDB
internal import ThermoclineCore

/// An account as lists show it.
struct AccountRow: Sendable {
  var id: String
  var at: EventTime
  var score: Double?
  var band: String?
  var quadrant: String?
  var commitment: Double?
  var temperature: Double?
  var trend: Double?
  var change: Double?
  var weekChange: Double?
  var tier: String
  var stage: String
  var revenue: Double
  var summary: String

  init(_ row: Row) {
    id = row["id"]
    at = EventTime(milliseconds: row["at"])
    score = row["score"]
    band = row["band"]
    quadrant = row["quadrant"]
    commitment = row["commitment"]
    temperature = row["temperature"]
    trend = row["trend"]
    change = row["change"]
    weekChange = row["week_change"]
    tier = row["tier"]
    stage = row["stage"]
    revenue = row["revenue"]
    summary = row["summary"]
  }
}

/// One final score of an account's past.
struct HistoryPoint: Sendable {
  var at: EventTime
  var score: Double?
  var band: String?
  var change: Double?
  var commitment: Double?
  var temperature: Double?

  init(_ row: Row) {
    at = EventTime(milliseconds: row["at"])
    score = row["score"]
    band = row["band"]
    change = row["change"]
    commitment = row["commitment"]
    temperature = row["temperature"]
  }
}

/// One state change of an alert.
struct AlertPoint: Sendable {
  var at: EventTime
  var state: String
  var rule: String
  var severity: String
  var summary: String

  init(_ row: Row) {
    at = EventTime(milliseconds: row["at"])
    state = row["state"]
    rule = row["rule"]
    severity = row["severity"]
    summary = row["summary"]
  }
}
