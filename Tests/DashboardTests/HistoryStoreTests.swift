import Foundation
import GRDB
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineDashboard

@Suite("History")
struct HistoryStoreTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> HistoryStore {
    try HistoryStore(path: folder.database, log: quiet, now: today)
  }

  private func ids(_ store: HistoryStore) async throws -> [String] {
    try await store.accounts(AccountQuery()).rows.map(\.id).sorted()
  }

  @Test func whatIsTakenOverIsThereAfterAReopening() async throws {
    var messages = Messages()
    messages.add(score("a", 10))
    messages.add(score("b", 90))
    messages.add(score("a", 20, day: 1))
    messages.add(score("a", 20, day: 1), .change)
    do {
      let change = try open().apply(messages.records)
      #expect(change.accounts == ["a", "b"] && change.broken == 0)
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.database)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let store = try open()
    #expect(try await ids(store) == ["a", "b"])
    #expect(try await store.account("a")?.row.score == 20)
    #expect(try await store.account("a")?.history.map(\.at) == [day(1)])
    let positions = try store.positions().sorted { $0.topic < $1.topic }
    #expect(
      positions == [
        FeedPosition(topic: "change", partition: 0, next: 1),
        FeedPosition(topic: "score", partition: 0, next: 3),
      ])
  }

  @Test func rowsAndPositionsComeTogetherOrNotAtAll() async throws {
    let store = try open()
    var messages = Messages()
    messages.add(score("good", 10))
    messages.add(score("bad", 10))
    // SQLite itself fails in the middle of the batch.
    let other = try DatabaseQueue(path: folder.database)
    try await other.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER refuse BEFORE INSERT ON account WHEN new.id = 'bad'
          BEGIN SELECT RAISE(ABORT, 'refused'); END
          """)
    }
    #expect(throws: HistoryFailure.self) { try store.apply(messages.records) }
    #expect(try await ids(store) == [] && store.positions().isEmpty)
    try await other.write { db in try db.execute(sql: "DROP TRIGGER refuse") }
    _ = try store.apply(messages.records)
    #expect(try await ids(store) == ["bad", "good"])
    #expect(try store.positions().map(\.next) == [2])
  }

  @Test func theSameRecordsAgainChangeNothing() async throws {
    let store = try open()
    var messages = Messages()
    messages.add(score("a", 10))
    messages.add(score("a", 20, day: 1))
    messages.add(score("a", 20, day: 1), .change)
    messages.add(alert("a"))
    messages.add(alert("a", .resolved, day: 1))
    _ = try store.apply(messages.records)
    let once = try await store.contents().map(\.rows)
    _ = try store.apply(messages.records)
    #expect(try await store.contents().map(\.rows) == once)
    #expect(try await store.account("a")?.row.score == 20)
    #expect(try await store.account("a")?.alerts.map(\.alert.state) == [.resolved])
    #expect(try await store.account("a")?.alertChanges.map(\.state) == ["firing", "resolved"])
  }

  @Test func aTombstoneForgetsAnAccount() async throws {
    let store = try open()
    var messages = Messages()
    messages.add(score("a", 10))
    messages.add(score("a", 10), .change)
    messages.add(alert("a"))
    messages.add(.score, "a", nil)
    // Partitions are read side by side: an older change may come after it.
    messages.add(score("a", 10), .change)
    messages.add(alert("a"))
    // An outage is no account's.
    var outage = alert("")
    outage.fingerprint = "ffffffffffffffff"
    messages.add(outage)
    _ = try store.apply(messages.records)
    #expect(try await store.account("a") == nil)
    #expect(try await store.history("a", limit: 10) == nil)
    let firing = try await store.alerts(state: .firing, limit: 10, offset: 0)
    #expect(firing.total == 1 && firing.alerts.map(\.alert.account) == [""])
    #expect(try await !store.hasAlert(alert("a").fingerprint))
    // What came late goes with the past.
    var later = Messages()
    later.add(score("b", 10, day: 900))
    _ = try store.apply(later.records)
    var again = Messages()
    again.add(score("a", 10, day: 900))
    _ = try store.apply(again.records)
    #expect(try await store.account("a")?.alerts.isEmpty == true)
  }

  @Test func whatIsNoMessageOfOursIsCountedAndPassedOver() async throws {
    let store = try open()
    var messages = Messages()
    for kind in FeedRecord.Kind.allCases {
      for text in ["", "{", "[]", "null", #"{"account":1}"#, #"{"account":"a","at":"soon"}"#] {
        messages.add(kind, "a", Array(text.utf8))
      }
    }
    messages.add(score("a", 10))
    let change = try store.apply(messages.records)
    #expect(change.broken == messages.records.count - 1)
    #expect(try await ids(store) == ["a"])
    #expect(try store.positions().count == FeedRecord.Kind.allCases.count)
  }

  @Test func aTopicThatWasMadeAgainIsForgottenAlone() async throws {
    let store = try open()
    var messages = Messages()
    messages.add(score("a", 10))
    messages.add(score("a", 10), .change)
    _ = try store.apply(messages.records)
    try store.forget("score", .score)
    #expect(try await ids(store) == [])
    #expect(try store.positions().map(\.topic) == ["change"])
    _ = try store.apply(messages.records.filter { $0.kind == .score })
    #expect(try await store.account("a")?.history.count == 1)
  }

  @Test func whatIsOlderThanTheRetentionGoes() async throws {
    let store = try HistoryStore(path: nil, retention: .days(10), log: quiet, now: today)
    for number in 0..<30 {
      var messages = Messages()
      messages.add(score("a", 10, day: number), .change)
      _ = try store.apply(messages.records)
    }
    var messages = Messages()
    messages.add(score("a", 10))
    _ = try store.apply(messages.records)
    let times = try #require(try await store.history("a", limit: 100)).map(\.at)
    #expect(times.first == day(19) && times.last == day(29))
  }

  @Test func aMessageOfAYearToComeEndsNothing() async throws {
    let store = try HistoryStore(path: nil, retention: .days(10), log: quiet, now: { day(2) })
    var messages = Messages()
    messages.add(score("a", 10, day: 1), .change)
    messages.add(score("a", 10))
    _ = try store.apply(messages.records)
    var later = Messages()
    later.add(score("b", 10, day: 2_000_000), .change)
    _ = try store.apply(later.records)
    #expect(try await store.history("a", limit: 10)?.map(\.at) == [day(1)])
  }

  @Test(arguments: ["nothing like a database", ""])
  func whatIsNoDatabaseIsMovedAside(text: String) async throws {
    let bytes = Array(String(repeating: text, count: 500).utf8)
    try Data(bytes).write(to: URL(filePath: folder.database))
    let store = try open()
    var messages = Messages()
    messages.add(score("a", 10))
    _ = try store.apply(messages.records)
    #expect(try await ids(store) == ["a"])
    // An empty file is an empty database to SQLite.
    if !bytes.isEmpty { #expect(try folder.bytes("history.sqlite.damaged-1") == bytes) }
  }

  @Test func somebodyElsesDatabaseIsMovedAsideAsItIs() async throws {
    do {
      let other = try DatabaseQueue(path: folder.database)
      try await other.write { db in
        try db.execute(sql: "CREATE TABLE theirs(x); INSERT INTO theirs VALUES (42)")
      }
      try other.close()
    }
    #expect(try await ids(try open()) == [])
    let aside = try DatabaseQueue(path: folder.database + ".damaged-1")
    #expect(try await aside.read { try Int.fetchOne($0, sql: "SELECT x FROM theirs") } == 42)
  }

  @Test func damageThatAReaderFindsEndsInAnEmptyHistory() async throws {
    do {
      var messages = Messages()
      for number in 0..<3_000 { messages.add(score("account-\(number)", 50)) }
      _ = try open().apply(messages.records)
    }
    var bytes = try folder.bytes("history.sqlite")
    // The head and the schema stay.
    for index in 8_192..<bytes.count { bytes[index] = 0xFF }
    try Data(bytes).write(to: URL(filePath: folder.database))
    let store = try open()
    try store.repair()
    var query = AccountQuery()
    query.sort = .account
    await #expect(throws: HistoryFailure.self) { try await store.accounts(query) }
    #expect(
      throws: HistoryFailure.rebuilt(
        "\(folder.database) was damaged and is filled from the topics again")
    ) {
      try store.repair()
    }
    #expect(try store.positions().isEmpty)
    #expect(try await ids(store) == [])
    try store.repair()
    #expect(try folder.bytes("history.sqlite.damaged-1") == bytes)
  }

  @Test func aLockedFileIsToldAndWorksAfterwards() async throws {
    let store = try open()
    var messages = Messages()
    messages.add(score("a", 10))
    var lasting = Configuration()
    lasting.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: folder.database, configuration: lasting)
    try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
    let failure = #expect(throws: HistoryFailure.self) { try store.apply(messages.records) }
    #expect("\(failure!)".contains("another program holds it locked"))
    try await other.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
    _ = try store.apply(messages.records)
    #expect(try await ids(store) == ["a"])
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let failure = #expect(throws: HistoryFailure.self) {
      try HistoryStore(path: folder.path + "/no/history.sqlite", log: quiet, now: today)
    }
    #expect("\(failure!)".contains("/no/history.sqlite") && "\(failure!)".contains("--database"))
  }
}
