internal import GRDB
internal import ThermoclineCodec
internal import ThermoclineCore

/// Accounts that share a value, and what they pay.
struct Share: Sendable, Equatable {
  /// nil = no value, as an account without a score has no band.
  var name: String?
  var accounts: Int
  var revenue: Double
}

/// A dot of the quadrant chart: one account, or how many stand there.
struct QuadrantDot: Sendable {
  var commitment: Double
  var temperature: Double
  var band: String?
  var accounts: Int
  /// nil when it stands for more than one.
  var id: String?
}

/// All the accounts at a glance.
struct Portfolio: Sendable {
  var accounts: Int
  var mean: Double?
  var newest: EventTime?
  var bands: [Share]
  var quadrants: [Share]
  var dots: [QuadrantDot]
  /// Figures of midnights, oldest first.
  var days: [HealthRollup]
  /// Those who lost most lately.
  var falling: [AccountRow]
}

extension HistoryStore {
  /// More accounts than this are drawn as a grid of counts.
  private static let dotsMax = 1_200
  /// Points of a side of the grid's cells.
  private static let cell = 2.5

  func portfolio() async throws(HistoryFailure) -> Portfolio {
    try await read { db in
      let all = try Row.fetchOne(
        db, sql: "SELECT count(*) AS accounts, avg(score) AS mean, max(at) AS newest FROM account")
      let accounts: Int = all?["accounts"] ?? 0
      return Portfolio(
        accounts: accounts, mean: all?["mean"],
        newest: (all?["newest"] as Int64?).map { EventTime(milliseconds: $0) },
        bands: try Self.shares(db, "band"), quadrants: try Self.shares(db, "quadrant"),
        dots: try Self.dots(db, isGrid: accounts > Self.dotsMax),
        days: try Self.rollups(db, "portfolio", limit: 400),
        falling: try Row.fetchAll(
          db, sql: "SELECT * FROM account WHERE trend < 0 ORDER BY trend, id LIMIT 8"
        ).map(AccountRow.init))
    }
  }

  /// The values that a column of accounts has: `band`, `quadrant`, `tier` or `stage`.
  func shares(of column: AccountColumn) async throws(HistoryFailure) -> [Share] {
    try await read { db in try Self.shares(db, column.rawValue) }
  }

  /// A segment's figures, oldest first.
  func rollups(_ segment: String, limit: Int) async throws(HistoryFailure) -> [String] {
    try await read { db in
      try String.fetchAll(
        db,
        sql: "SELECT message FROM rollup WHERE segment = ? ORDER BY at DESC LIMIT ?",
        arguments: [segment, limit]
      ).reversed()
    }
  }

  /// The newest figures of every segment, by name.
  func newestRollups(limit: Int) async throws(HistoryFailure) -> [String] {
    try await read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT message FROM rollup NATURAL JOIN
            (SELECT segment, max(at) AS at FROM rollup GROUP BY segment) ORDER BY segment LIMIT ?
          """, arguments: [limit])
    }
  }

  /// What the file holds, for the job page.
  func contents() async throws(HistoryFailure) -> [(name: String, rows: Int)] {
    try await read { db in
      try ["account", "history", "alert", "rollup"].map { table in
        (table, try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0)
      }
    }
  }

  private static func shares(_ db: Database, _ column: String) throws -> [Share] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT \(column) AS name, count(*) AS accounts, sum(revenue) AS revenue FROM account
        GROUP BY 1 ORDER BY 1
        """
    ).map { Share(name: $0["name"], accounts: $0["accounts"], revenue: $0["revenue"]) }
  }

  private static func dots(_ db: Database, isGrid: Bool) throws -> [QuadrantDot] {
    let place =
      isGrid
      ? """
      (CAST(commitment / \(cell) AS INTEGER) + 0.5) * \(cell) AS x,
      (CAST(temperature / \(cell) AS INTEGER) + 0.5) * \(cell) AS y, count(*) AS accounts, NULL AS id
      """ : "commitment AS x, temperature AS y, 1 AS accounts, id"
    return try Row.fetchAll(
      db,
      sql: """
        SELECT \(place), band FROM account WHERE commitment IS NOT NULL AND temperature IS NOT NULL
        \(isGrid ? "GROUP BY x, y, band" : "ORDER BY id")
        """
    ).map {
      QuadrantDot(
        commitment: $0["x"], temperature: $0["y"], band: $0["band"], accounts: $0["accounts"],
        id: $0["id"])
    }
  }

  private static func rollups(
    _ db: Database, _ segment: String, limit: Int
  ) throws -> [HealthRollup] {
    try String.fetchAll(
      db, sql: "SELECT message FROM rollup WHERE segment = ? ORDER BY at DESC LIMIT ?",
      arguments: [segment, limit]
    ).reversed().compactMap { try? HealthRollupDecoder.decode(Array($0.utf8)) }
  }
}

/// What accounts can be told apart by.
enum AccountColumn: String, Sendable { case band, quadrant, tier, stage }
