import Testing
import ThermoclineCore
import ThermoclinePopulation

@Suite("Population stream")
struct PopulationTests {
  /// FNV-1a over keys and payloads.
  private func hash(_ settings: PopulationSettings) throws -> UInt64 {
    var population = try Population(settings)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    while population.nextDay({ message in
      for byte in message.key + message.payload { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }) {}
    return hash
  }

  @Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws {
    let first = try hash(DecodedPopulation.settings(events: 5_000))
    #expect(try hash(DecodedPopulation.settings(events: 5_000)) == first)
    #expect(try hash(DecodedPopulation.settings(seed: 8, events: 5_000)) != first)
  }

  @Test func payloadsHaveTheFormOfTheContract() throws {
    var population = try Population(DecodedPopulation.settings(events: 5_000))
    let login =
      /\{"id":"evt-[0-9]{12}","type":"login","account":"(acct-[0-9]{6})","user":"u-[0-9]{6}-[0-9]+","ts":[0-9]{13}\}/
    var logins = 0
    var number = 0
    while try population.nextDay({ message in
      number += 1
      let text = String(decoding: message.payload, as: UTF8.self)
      #expect(
        text.hasPrefix("{\"id\":\"evt-" + String(String(1_000_000_000_000 + number).dropFirst())))
      guard text.contains("\"login\""), !message.kind.isHostile else { return }
      logins += 1
      let match = try #require(text.wholeMatch(of: login), "\(text)")
      #expect(Array(match.1.utf8) == message.key)
    }) {}
    #expect(logins > 200)
  }

  @Test func arrivalsAreInOrderAndOrdinaryEventsWithinTheJitter() throws {
    let decoded = try #require(DecodedPopulation.shared)
    var newest = EventTime.distantPast
    var lastArrival = EventTime.distantPast
    var disorder = 0
    for event in decoded.events {
      #expect(event.arrival >= lastArrival)
      lastArrival = event.arrival
      switch event.kind {
      case .event:
        #expect(newest - event.time < Population.jitterMax)
        #expect(event.arrival - event.time < Population.jitterMax)
        if event.time < newest { disorder += 1 }
        newest = max(newest, event.time)
      case .late: #expect((600_000...7_200_000).contains((event.arrival - event.time).milliseconds))
      case .veryLate: #expect((3.0...9.0).contains((event.arrival - event.time).days))
      case .notJSON, .missingAccount, .farFuture: Issue.record("hostile messages are not decoded")
      }
    }
    #expect(disorder > 200)
  }

  @Test func peculiarMessagesAreAsManyAsStated() throws {
    var population = try Population(DecodedPopulation.settings(events: 5_000))
    var seen: [SimulatedMessage.Kind: Int] = [:]
    while population.nextDay({ message in
      seen[message.kind, default: 0] += 1
      let text = String(decoding: message.payload, as: UTF8.self)
      switch message.kind {
      case .notJSON: #expect(!text.hasSuffix("}"))
      case .missingAccount: #expect(text.hasSuffix("}") && !text.contains("\"account\""))
      // 2200-01-01T00:00:00Z, from date(1).
      case .farFuture: #expect(text.contains("\"ts\":7258118400000"))
      case .event, .late, .veryLate: break
      }
    }) {}
    for kind in SimulatedMessage.Kind.allCases where kind != .event {
      #expect(seen[kind] == Population.plannedMessages(of: kind))
      #expect(seen[kind, default: 0] > 0)
    }
  }

  @Test func trueCountsEqualACountOfTheStream() throws {
    let decoded = try #require(DecodedPopulation.shared)
    var naive: [String: [Int]] = [:]
    let days = decoded.population.settings.days
    for event in decoded.events {
      naive[event.account, default: Array(repeating: 0, count: days)][event.day] += 1
    }
    for account in decoded.population.accounts {
      for day in 0..<days {
        let expected = naive[account.name]?[day] ?? 0
        #expect(decoded.population.counts[account.index, day] == expected)
      }
    }
  }

  @Test(arguments: [
    (\PopulationSettings.accounts, 29), (\.accounts, 20_001), (\.days, 83), (\.days, 1_096),
    (\.eventsTarget, 999), (\.eventsTarget, 2_000_000_001),
  ])
  func settingsOutOfRangeAreRefused(
    _ path: any WritableKeyPath<PopulationSettings, Int> & Sendable, _ value: Int
  ) {
    var settings = PopulationSettings()
    settings[keyPath: path] = value
    #expect(throws: PopulationSettingsError.self) { try Population(settings) }
  }

  @Test func aStartThatIsNoMondayIsRefused() {
    var settings = PopulationSettings()
    settings.start = EventTime(year: 2025, month: 9, day: 2)
    #expect(throws: PopulationSettingsError.startNotMonday(settings.start)) {
      try Population(settings)
    }
    settings.start = EventTime(year: 1999, month: 12, day: 27)
    #expect(throws: PopulationSettingsError.startOutOfRange(settings.start)) {
      try Population(settings)
    }
  }
}
