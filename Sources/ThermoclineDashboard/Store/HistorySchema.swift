internal import GRDB

/// The tables of a history file.
enum HistorySchema {
  /// Written into the file's head: whose it is ("Thcl").
  static let application: Int32 = 0x5468_636C
  /// Counts up with every change of the tables; a file of another version is rebuilt from the topics.
  static let version: Int32 = 1

  /// The file is somebody else's or of another version.
  struct Foreign: Error {}

  /// Makes the tables in an empty file; throws where others are there.
  static func prepare(_ db: Database) throws {
    let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if application == Self.application, version == Self.version { return }
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
    guard tables == 0 else { throw Foreign() }
    try db.execute(sql: Self.tables)
    try db.execute(sql: "PRAGMA application_id = \(Self.application)")
    try db.execute(sql: "PRAGMA user_version = \(Self.version)")
  }

  /// One for each order of a list, with all that lists are filtered by: a page is found, and counted, without a look at
  /// the accounts themselves.
  private static let sortIndexes = ["score", "trend", "change", "revenue", "at"].map {
    "CREATE INDEX account_\($0) ON account(\($0), id, band, quadrant, tier, stage);"
  }.joined(separator: "\n")

  /// Messages of 3 kB stand apart from what is sorted and counted, so that a look at all accounts stays small.
  private static let tables = """
    CREATE TABLE position(
      topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
      PRIMARY KEY(topic, partition)) WITHOUT ROWID;
    CREATE TABLE account(
      id TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, score REAL, band TEXT, quadrant TEXT,
      commitment REAL, temperature REAL, trend REAL, change REAL, week_change REAL, tier TEXT NOT NULL,
      stage TEXT NOT NULL, revenue REAL NOT NULL, summary TEXT NOT NULL);
    \(sortIndexes)
    CREATE INDEX account_band ON account(band, revenue);
    CREATE INDEX account_quadrant ON account(quadrant, revenue);
    CREATE INDEX account_tier ON account(tier, revenue);
    CREATE INDEX account_stage ON account(stage, revenue);
    CREATE TABLE message(id TEXT NOT NULL PRIMARY KEY, score TEXT, usage TEXT);
    CREATE TABLE history(
      account TEXT NOT NULL, at INTEGER NOT NULL, score REAL, band TEXT, change REAL, commitment REAL,
      temperature REAL, PRIMARY KEY(account, at)) WITHOUT ROWID;
    CREATE INDEX history_at ON history(at);
    CREATE TABLE alert(
      fingerprint TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, rule TEXT NOT NULL,
      state TEXT NOT NULL, severity INTEGER NOT NULL, at INTEGER NOT NULL, revenue REAL NOT NULL,
      message TEXT NOT NULL);
    CREATE INDEX alert_account ON alert(account);
    CREATE INDEX alert_order ON alert(severity, revenue);
    CREATE TABLE alert_change(
      fingerprint TEXT NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL, account TEXT NOT NULL,
      rule TEXT NOT NULL, severity TEXT NOT NULL, summary TEXT NOT NULL,
      PRIMARY KEY(fingerprint, at, state)) WITHOUT ROWID;
    CREATE INDEX alert_change_account ON alert_change(account, at);
    CREATE INDEX alert_change_at ON alert_change(at);
    CREATE TABLE rollup(
      segment TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL,
      PRIMARY KEY(segment, at)) WITHOUT ROWID;
    CREATE INDEX rollup_at ON rollup(at);
    CREATE TABLE control(
      fingerprint TEXT NOT NULL PRIMARY KEY, action TEXT, reason TEXT NOT NULL, author TEXT NOT NULL,
      sent INTEGER NOT NULL, expires INTEGER);
    """
}
