internal import GRDB
package import Logging
internal import Synchronization
package import ThermoclineCore

/// What the output topics have said, in one SQLite file, with the positions up to which they are in it. One writer;
/// readers see the state after a whole batch.
package final class HistoryStore: Sendable {
  /// Where it is kept; nil = in memory, and gone with the process.
  package let path: String?
  /// How much is kept before the newest time seen; the newest of every account and alert stays.
  package let retention: TimeSpan
  private let log: Logger
  private let now: @Sendable () -> EventTime
  private let database: Mutex<any DatabaseWriter>
  /// What a reader has found.
  private let damage = Mutex<DatabaseError?>(nil)
  private let sweptAt = Mutex(EventTime.distantPast)

  /// Opens the file or makes it. What is damaged or not ours is moved aside. `now`: the time of day.
  package init(
    path: String?, retention: TimeSpan = .days(400), log: Logger,
    now: @escaping @Sendable () -> EventTime
  ) throws(HistoryFailure) {
    self.path = path
    self.retention = retention
    self.log = log
    self.now = now
    do { database = Mutex(try Self.open(path)) } catch {
      guard let path, Self.isUnusable(error) else {
        throw .unavailable(path ?? "memory", error)
      }
      database = Mutex(try Self.replace(path, error, log))
    }
  }

  private static func isUnusable(_ error: any Error) -> Bool {
    HistoryFailure.isDamage(error) || error is HistorySchema.Foreign
  }

  private static func open(_ path: String?) throws -> any DatabaseWriter {
    var configuration = Configuration()
    configuration.busyMode = .timeout(1)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      // After a power cut the newest batches are read from the topics again: their positions are gone with them.
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    if let path { HistoryFile.make(path) }
    let database: any DatabaseWriter =
      if let path {
        try DatabasePool(path: path, configuration: configuration)
      } else {
        try DatabaseQueue(configuration: configuration)
      }
    try database.write { try HistorySchema.prepare($0) }
    return database
  }

  /// Moves the file aside and opens an empty one.
  private static func replace(
    _ path: String, _ error: any Error, _ log: Logger
  ) throws(HistoryFailure) -> any DatabaseWriter {
    let aside = try HistoryFile.moveAside(path)
    let reason = error is HistorySchema.Foreign ? "it is no history of this version" : "\(error)"
    log.warning(
      "the history file cannot be used; it was moved aside and is filled from the topics again",
      metadata: ["file": "\(path)", "moved_to": "\(aside)", "reason": "\(reason)"])
    do { return try open(path) } catch { throw .unavailable(path, error) }
  }

  /// Up to where each partition is in the history.
  package func positions() throws(HistoryFailure) -> [FeedPosition] {
    try guarded { database in
      try database.read { db in
        try Row.fetchAll(db, sql: "SELECT topic, partition, next FROM position").map {
          FeedPosition(topic: $0["topic"], partition: $0["partition"], next: $0["next"])
        }
      }
    }
  }

  /// Takes records over, all or none, with their positions. The same records again change nothing. Records of a
  /// partition come in its order.
  package func apply(_ records: [FeedRecord]) throws(HistoryFailure) -> HistoryChange {
    try guarded { database in
      let retention = self.retention
      let swept = sweptAt.withLock { $0 }
      // A message that claims to be of a year to come must not end what is kept.
      let latest = now() + .days(1)
      let (change, newest) = try database.write { db in
        var writer = HistoryWriter(db)
        for record in records { try writer.take(record) }
        try writer.write(positions: records)
        // Once for each day of event time.
        let newest = min(writer.newest, latest)
        let isDue = newest.floor(to: .days(1)) > swept.floor(to: .days(1))
        if isDue { try HistoryWriter.sweep(db, before: newest - retention) }
        return (writer.change, newest)
      }
      sweptAt.withLock { $0 = max($0, newest) }
      return change
    }
  }

  /// Drops all that came from a topic, and its positions: it is another topic now.
  package func forget(_ topic: String, _ kind: FeedRecord.Kind) throws(HistoryFailure) {
    try guarded { database in
      try database.write { try HistoryWriter.forget($0, topic, kind) }
    }
  }

  /// Replaces a file in which a reader has found damage; throws `rebuilt` when it did.
  package func repair() throws(HistoryFailure) {
    guard let error = damage.withLock({ $0 }) else { return }
    try guarded { _ in throw error }
  }

  /// Ends all work with the file, with everything in it and nothing in SQLite's log beside it. Nothing can be asked
  /// after it.
  package func close() {
    let database = database.withLock { $0 }
    // What does not work now SQLite does when the file is opened the next time.
    if path != nil {
      _ = try? database.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
    }
    try? database.close()
  }

  /// Keeps what was sent about an alert, to show it until the job says the same.
  func note(_ control: SentControl) throws(HistoryFailure) {
    try guarded { database in try database.write { try control.save($0) } }
  }

  /// Reads one consistent state.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(HistoryFailure) -> Value {
    let database = database.withLock { $0 }
    do { return try await database.read(body) } catch {
      // Whoever writes sees to it.
      if HistoryFailure.isDamage(error) { damage.withLock { $0 = error as? DatabaseError } }
      throw .unavailable(path ?? "memory", error)
    }
  }

  /// Runs a piece of work; where the file turns out to be damaged, replaces it.
  private func guarded<Value>(
    _ body: (any DatabaseWriter) throws -> Value
  ) throws(HistoryFailure) -> Value {
    let current = database.withLock { $0 }
    do { return try body(current) } catch {
      guard let path, HistoryFailure.isDamage(error) else {
        throw .unavailable(path ?? "memory", error)
      }
      try? current.close()
      damage.withLock { $0 = nil }
      let fresh = try Self.replace(path, error, log)
      database.withLock { $0 = fresh }
      sweptAt.withLock { $0 = .distantPast }
      throw .rebuilt("\(path) was damaged and is filled from the topics again")
    }
  }
}
