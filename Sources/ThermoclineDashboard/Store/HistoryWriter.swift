internal import GRDB
internal import ThermoclineCodec
internal import ThermoclineCore

/// Takes records over within one transaction.
struct HistoryWriter {
  private let db: Database
  private(set) var change = HistoryChange()
  /// The newest time any of them names.
  private(set) var newest = EventTime.distantPast

  init(_ db: Database) { self.db = db }

  /// What is not what its topic promises is counted and passed over: the next message of its key puts it right.
  mutating func take(_ record: FeedRecord) throws {
    do {
      switch record.kind {
      case .score: try take(score: record)
      case .change: try take(change: record)
      case .alert: try take(alert: record)
      case .rollup: try take(rollup: record)
      case .usage: try take(usage: record)
      }
    } catch is OutputDecodingError { change.broken += 1 }
  }

  /// The positions after the records.
  func write(positions records: [FeedRecord]) throws {
    var next: [String: [Int32: Int64]] = [:]
    for record in records { next[record.topic, default: [:]][record.partition] = record.offset + 1 }
    let statement = try db.cachedStatement(sql: "INSERT OR REPLACE INTO position VALUES (?, ?, ?)")
    for (topic, partitions) in next {
      for (partition, offset) in partitions {
        try statement.execute(arguments: [topic, partition, offset])
      }
    }
  }

  /// Forgets what is older.
  static func sweep(_ db: Database, before time: EventTime) throws {
    for table in ["history", "alert_change", "rollup"] {
      try db.execute(sql: "DELETE FROM \(table) WHERE at < ?", arguments: [time.milliseconds])
    }
    // An alert that is over and older, or of an account that was forgotten, is history, too.
    try db.execute(
      sql: """
        DELETE FROM alert WHERE at < ? AND
          (state = 'resolved' OR account <> '' AND account NOT IN (SELECT id FROM account))
        """, arguments: [time.milliseconds])
  }

  /// Drops what came from a topic.
  static func forget(_ db: Database, _ topic: String, _ kind: FeedRecord.Kind) throws {
    let statements =
      switch kind {
      case .score: ["DELETE FROM account", "UPDATE message SET score = NULL"]
      case .change: ["DELETE FROM history"]
      case .alert: ["DELETE FROM alert", "DELETE FROM alert_change"]
      case .rollup: ["DELETE FROM rollup"]
      case .usage: ["UPDATE message SET usage = NULL"]
      }
    for sql in statements { try db.execute(sql: sql) }
    try db.execute(sql: "DELETE FROM position WHERE topic = ?", arguments: [topic])
  }

  private mutating func take(score record: FeedRecord) throws {
    guard let value = record.value else {
      for sql in [
        "DELETE FROM account WHERE id = ?", "DELETE FROM message WHERE id = ?",
        "DELETE FROM history WHERE account = ?",
        "DELETE FROM control WHERE fingerprint IN (SELECT fingerprint FROM alert WHERE account = ?)",
        "DELETE FROM alert WHERE account = ?",
        "DELETE FROM alert_change WHERE account = ?",
      ] {
        try db.cachedStatement(sql: sql).execute(arguments: [record.key])
      }
      change.accounts.insert(record.key)
      return
    }
    let score = try HealthScoreDecoder.decode(value)
    newest = max(newest, score.at)
    let upsert = try db.cachedStatement(
      sql: """
        INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(id) DO UPDATE SET at = excluded.at, score = excluded.score, band = excluded.band,
          quadrant = excluded.quadrant, commitment = excluded.commitment,
          temperature = excluded.temperature, trend = excluded.trend, change = excluded.change,
          week_change = excluded.week_change, tier = excluded.tier, stage = excluded.stage,
          revenue = excluded.revenue, summary = excluded.summary
        WHERE excluded.at >= account.at
        """)
    let before = db.totalChangesCount
    try upsert.execute(arguments: [
      score.account, score.at.milliseconds, score.score?.value, score.band,
      score.quadrant?.rawValue, score.commitment?.value, score.temperature?.value, score.trend,
      score.change?.value, score.weekChange?.value, score.tier, score.stage, score.revenue,
      score.summary,
    ])
    guard db.totalChangesCount > before else { return }
    try db.cachedStatement(
      sql: """
        INSERT INTO message(id, score) VALUES (?, ?)
        ON CONFLICT(id) DO UPDATE SET score = excluded.score
        """
    ).execute(arguments: [score.account, String(decoding: value, as: UTF8.self)])
    change.accounts.insert(score.account)
  }

  private mutating func take(change record: FeedRecord) throws {
    guard let value = record.value else { return }
    let score = try HealthScoreDecoder.decode(value)
    newest = max(newest, score.at)
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?, ?, ?, ?)")
      .execute(arguments: [
        score.account, score.at.milliseconds, score.score?.value, score.band, score.change?.value,
        score.commitment?.value, score.temperature?.value,
      ])
    change.accounts.insert(score.account)
  }

  private mutating func take(alert record: FeedRecord) throws {
    guard let value = record.value else { return }
    let alert = try HealthAlertDecoder.decode(value)
    newest = max(newest, alert.at)
    try db.cachedStatement(
      sql: """
        INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(fingerprint) DO UPDATE SET account = excluded.account, rule = excluded.rule,
          state = excluded.state, severity = excluded.severity, at = excluded.at,
          revenue = excluded.revenue, message = excluded.message
        WHERE excluded.at >= alert.at
        """
    ).execute(arguments: [
      alert.fingerprint, alert.account, alert.rule, alert.state.rawValue, alert.severity.weight,
      alert.at.milliseconds, alert.revenue, String(decoding: value, as: UTF8.self),
    ])
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO alert_change VALUES (?, ?, ?, ?, ?, ?, ?)")
      .execute(arguments: [
        alert.fingerprint, alert.at.milliseconds, alert.state.rawValue, alert.account, alert.rule,
        alert.severity.rawValue, alert.summary,
      ])
    change.alerts.insert(alert.fingerprint)
  }

  private mutating func take(rollup record: FeedRecord) throws {
    guard let value = record.value else {
      try db.cachedStatement(sql: "DELETE FROM rollup WHERE segment = ?").execute(arguments: [
        record.key
      ])
      change.segments.insert(record.key)
      return
    }
    let rollup = try HealthRollupDecoder.decode(value)
    newest = max(newest, rollup.at)
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO rollup VALUES (?, ?, ?)")
      .execute(arguments: [
        rollup.segment, rollup.at.milliseconds, String(decoding: value, as: UTF8.self),
      ])
    change.segments.insert(rollup.segment)
  }

  private mutating func take(usage record: FeedRecord) throws {
    var text: String?
    var account = record.key
    if let value = record.value {
      account = try AccountUsageDecoder.decode(value).account
      text = String(decoding: value, as: UTF8.self)
    }
    try db.cachedStatement(
      sql: """
        INSERT INTO message(id, usage) VALUES (?, ?)
        ON CONFLICT(id) DO UPDATE SET usage = excluded.usage
        """
    ).execute(arguments: [account, text])
    change.accounts.insert(account)
  }
}
