import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

@Suite("PartitionProcessor: intake") struct PartitionProcessorIntakeTests {
  private let start = monday.milliseconds

  private func settings(
    deduplicate: TimeSpan = .zero, hold: TimeSpan = .zero, usersMax: Int = 100,
    eventsMax: Int = 1_000
  ) -> IntakeSettings {
    var settings = IntakeSettings()
    settings.deduplicate = deduplicate
    settings.deduplicateIDsMax = 100_000
    settings.usersMax = usersMax
    settings.holdUnresolved = hold
    settings.heldEventsMax = eventsMax
    return settings
  }

  private func letters(_ output: OutputBatch) -> [DeadLetterOrigin] {
    output.records.compactMap(\.origin)
  }

  @Test("an id that comes again counts once, and no dead letter is made of it")
  func duplicates() throws {
    let events = [
      GateEvent(id: "1", time: start), GateEvent(id: "2", time: start),
      GateEvent(id: "1", time: start), GateEvent(id: "1", account: "b", time: start),
      GateEvent(id: "", time: start), GateEvent(id: "", time: start),
    ]
    let off = try passed(events, settings())
    #expect(off.counts.applied == 6 && off.counts.duplicates == 0)
    let on = try passed(events, settings(deduplicate: .hours(1)))
    #expect(on.counts.applied == 5 && on.counts.duplicates == 1)
    #expect(on.counts.read == on.counts.accountedFor)
    #expect(letters(on).isEmpty)
  }

  @Test("what was refused may come again")
  func refusedIsNotRemembered() throws {
    var windows = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))
    windows.accountsMax = 1
    let events = [
      GateEvent(id: "1", time: start + day), GateEvent(id: "late", time: start),
      GateEvent(id: "late", time: start), GateEvent(id: "b", account: "b", time: start + day),
      GateEvent(id: "b", account: "b", time: start + day),
    ]
    let output = try passed(events, settings(deduplicate: .days(7)), windows: windows)
    #expect(output.counts.duplicates == 0)
    #expect(letters(output).map(\.reason) == [.late, .late, .tooManyAccounts, .tooManyAccounts])
  }

  @Test(
    "where closed windows have no room known accounts are refused with the limit, until time has made some"
  )
  func noRoomInWindows() throws {
    var windows = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))
    windows.logBytesMax = 2_048
    let busy = (0..<400).map { GateEvent(user: "u\($0)", time: start + Int64($0)) }
    // A day later nothing stands in any window.
    let later = [GateEvent(time: start + day), GateEvent(time: start + day + 1)]
    let output = try passed(busy + later, settings(), windows: windows)
    #expect(output.counts.applied > 50 && output.counts.refused > 50)
    #expect(output.counts.refusedBy == [.tooManyAccounts: output.counts.refused])
    #expect(output.counts.read == output.counts.accountedFor)
    #expect(letters(output).count == output.counts.refused)
    #expect(letters(output).allSatisfy { $0.detail.contains("2048 bytes for the closed windows") })
    #expect(
      letters(output).map(\.position).max() == 400,
      "the first one brings time on, and is refused itself")
  }

  @Test("an event without account has its user's, and is refused when nobody knows it")
  func resolution() throws {
    let events = [
      GateEvent(account: "", user: "u", time: start),
      GateEvent(kind: .membership, account: "acme", user: "u", time: start),
      GateEvent(account: "", user: "u", time: start),
      GateEvent(account: "", user: "other", time: start),
      GateEvent(account: "", user: "", time: start),
      GateEvent(kind: .alias, account: "", user: "u", feature: "anonymous", time: start),
      GateEvent(account: "", user: "anonymous", time: start),
    ]
    let output = try passed(events, settings())
    #expect(output.counts.applied == 3 && output.counts.resolved == 2)
    #expect(output.counts.aliases == 1 && output.counts.unresolved == 3)
    #expect(output.counts.refusedBy == [.noAccount: 3])
    #expect(output.counts.read == output.counts.accountedFor)
    #expect(letters(output).map(\.position) == [0, 3, 4])
    #expect(letters(output).allSatisfy { $0.topic == "events" && $0.partition == 7 })
    let nobody = try passed(events, settings(usersMax: 0))
    #expect(nobody.counts.refusedBy == [.noAccount: 5])
    #expect(nobody.counts.read == nobody.counts.accountedFor)
  }

  @Test("a resolved event stands in the windows of its account under its user")
  func windows() throws {
    let runner = try gatedRunner(settings())
    let output = OutputBatch()
    runner.process(
      gateBatch([
        GateEvent(kind: .membership, account: "acme", user: "u", time: start),
        GateEvent(account: "", user: "u", time: start + 1),
        GateEvent(account: "acme", user: "v", time: start + 2),
      ]), into: output)
    runner.drain(output)
    let rows = output.said.filter { $0.stream == .windows }
    #expect(rows.map(\.key) == ["acme"])
    #expect(rows[0].value.contains(#""events":3,"users":2"#), "\(rows[0].value)")
  }

  @Test("what waits is applied when the account comes, in its order, by user and by alias")
  func holding() throws {
    let runner = try gatedRunner(settings(deduplicate: .days(1), hold: .minutes(10)))
    let output = OutputBatch()
    func pass(_ events: [GateEvent]) { runner.process(gateBatch(events), into: output) }
    pass([
      GateEvent(id: "1", account: "", user: "u", time: start),
      GateEvent(id: "2", account: "", user: "anonymous", time: start + 1),
      GateEvent(id: "1", account: "", user: "u", time: start),
      GateEvent(id: "3", account: "", user: "stranger", time: start + 2),
    ])
    #expect(output.counts.held == 3 && output.counts.duplicates == 1)
    #expect(output.counts.applied == 0 && output.counts.read == output.counts.accountedFor)
    pass([GateEvent(kind: .alias, account: "", user: "u", feature: "anonymous", time: start + 3)])
    #expect(output.counts.held == 3)
    pass([GateEvent(kind: .membership, account: "acme", user: "u", time: start + 4)])
    #expect(output.counts.held == 1 && output.counts.applied == 3 && output.counts.resolved == 2)
    #expect(output.counts.unresolved == 3)
    #expect(output.counts.read == output.counts.accountedFor)
    // The account was found at last, so the id stays known.
    pass([GateEvent(id: "2", account: "", user: "anonymous", time: start + 1)])
    #expect(output.counts.duplicates == 2)
    #expect(runner.end(output))
    #expect(output.counts.held == 0 && output.counts.refusedBy == [.noAccount: 1])
    #expect(letters(output).map(\.position) == [3])
    #expect(output.counts.read == output.counts.accountedFor)
  }

  @Test("waiting ends by event time, whether events or a heartbeat bring it; the letter is whole")
  func expiry() throws {
    for byHeartbeat in [false, true] {
      let runner = try gatedRunner(settings(deduplicate: .days(1), hold: .minutes(10)))
      let output = OutputBatch()
      runner.process(
        gateBatch([GateEvent(id: "1", account: "", user: "u", time: start)]), into: output)
      let minutes = Int64(60_000)
      if byHeartbeat {
        runner.advance(to: EventTime(milliseconds: start + 9 * minutes - 1), output)
        #expect(output.counts.held == 1)
        runner.advance(to: EventTime(milliseconds: start + 9 * minutes), output)
      } else {
        runner.process(gateBatch([GateEvent(time: start + 10 * minutes - 1)]), into: output)
        #expect(output.counts.held == 1)
        runner.process(gateBatch([GateEvent(time: start + 10 * minutes)]), into: output)
      }
      #expect(output.counts.held == 0 && output.counts.refusedBy == [.noAccount: 1])
      let said = output.said.filter { $0.stream == .deadLetters }
      #expect(said.map(\.key) == ["key 0"] && said.map(\.value) == ["message 0"])
      // Sent again it is taken anew.
      runner.process(
        gateBatch([GateEvent(id: "1", account: "", user: "u", time: start)]), into: output)
      #expect(output.counts.duplicates == 0 && output.counts.held == 1)
    }
  }

  @Test("no more wait than may: the first goes")
  func bounded() throws {
    let events = (0..<10).map { GateEvent(account: "", user: "u\($0)", time: start) }
    let output = try passed(events, settings(hold: .hours(1), eventsMax: 4))
    #expect(output.counts.held == 4 && output.counts.refused == 6)
    #expect(letters(output).map(\.position) == [0, 1, 2, 3, 4, 5])
  }

  @Test("what an earlier run counted as read is counted where it is said")
  func rebuilding() throws {
    let runner = try gatedRunner(settings(hold: .hours(1)))
    let silent = OutputBatch(isSilent: true)
    runner.process(gateBatch([GateEvent(account: "", user: "u", time: start)]), into: silent)
    let output = OutputBatch()
    runner.process(
      gateBatch([GateEvent(kind: .membership, account: "a", user: "u", time: start)]), into: output)
    #expect(output.counts.read == 2 && output.counts.applied == 2 && output.counts.held == 0)
  }

  @Test("batches of any size say the same", arguments: [UInt64(1), 2, 3])
  func batching(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let kinds: [EventKind] = [.event, .event, .event, .event, .membership, .alias]
    let events = (0..<4_000).map { i in
      GateEvent(
        kind: kinds.randomElement(using: &random)!,
        id: "\(Int.random(in: 0..<3_000, using: &random))",
        account: ["", "", "a", "b", "c"].randomElement(using: &random)!,
        user: "u\(Int.random(in: 0..<60, using: &random))",
        feature: "u\(Int.random(in: 0..<60, using: &random))",
        time: start + Int64(i) * 3_000 - Int64.random(in: 0...3 * hour / 2, using: &random))
    }
    var intake = settings(deduplicate: .hours(1), hold: .minutes(20), usersMax: 30, eventsMax: 50)
    let whole = try passed(events, intake)
    #expect(whole.counts.read == whole.counts.accountedFor)
    let counts = whole.counts
    #expect(counts.duplicates > 0 && counts.resolved > 0 && counts.held > 0 && counts.late > 0)
    #expect(counts.refused > 0 && counts.aliases > 0)
    for size in [1, 7, 64] {
      // Another secret: what is said does not depend on it.
      intake.hashSeeds = (random.next(), random.next())
      let cut = try passed(events, intake, batchSize: size)
      // Refused input is said at the end of its batch, in the same order among itself.
      for stream in OutputStream.allCases {
        #expect(
          cut.said.filter { $0.stream == stream } == whole.said.filter { $0.stream == stream })
      }
      #expect(cut.counts == whole.counts)
    }
  }
}
