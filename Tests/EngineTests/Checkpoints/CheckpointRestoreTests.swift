import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineEngine

/// A job that is stopped anywhere and goes on from a checkpoint says, byte for byte, what it would have said.
@Suite struct CheckpointRestoreTests {
  private static let accounts = 10
  private static let partitions = 2

  /// Every kind of measure, peers, alerts of all rules, usage, parents.
  private static func plan() throws -> PolicyPlan {
    var policy = Policy.standard
    // The windows of the build that said the fixture of format 1, which no later one can say anew.
    for i in policy.measures.indices { policy.measures[i].missing = .absent }
    let line = Normalisation.target(ControlPoints([(0, 0), (20, 100)]))
    func measure(
      _ name: String, _ kind: MeasureKind, of filter: EventFilter = .any,
      window: TimeSpan = .days(7), slide: TimeSpan = .days(1), halfLife: TimeSpan? = nil
    ) -> Measure {
      Measure(
        name, kind, of: filter, window: window, slide: slide, normalisation: line, weight: 1,
        dimension: policy.dimensions[0].name, axis: .temperature, halfLife: halfLife)
    }
    policy.measures += [
      measure("x_fading", .count, window: .days(1), slide: .hours(1), halfLife: .hours(9)),
      measure("x_last", .last, window: .days(2), slide: .hours(1)),
      measure("x_mean", .mean, of: .types(["login", "bot_call"])),
      measure("x_export", .featureShare(of: ["export"])),
      measure("x_share", .share(of: ["login"])), measure("x_stickiness", .stickiness),
      measure("x_features", .distinctFeatures), measure("x_days", .activeDays),
      measure("x_recency", .recency),
      Measure(
        "x_peers", .count, of: .any, window: .days(7), slide: .days(1),
        normalisation: .peers(ControlPoints([(0, 0), (100, 100)]), accountsMin: 2), weight: 1,
        dimension: policy.dimensions[0].name, axis: .temperature),
    ]
    policy.usage = UsageRule(outcomes: ["bot_call"], funnel: ["login", "bot_call"])
    policy.alerts.budget = 200
    policy.alerts.silence = SilenceRule(daysMin: 3, runLength: 1)
    try #require(policy.validate() == [])
    return PolicyPlan(policy)
  }

  private static func profiles() -> ProfileBook {
    let book = ProfileBook()
    for account in 0..<accounts {
      var profile = AccountProfile()
      profile.industry = account % 2 == 0 ? "bank" : "shop"
      profile.revenue = Double(account) * 100
      profile.keyContacts = ["u1"]
      if account % 4 == 1 { profile.parent = "acct-0" }
      book.set(profile, of: "acct-\(account)")
    }
    return book
  }

  private static func fresh(_ plan: PolicyPlan) throws -> PartitionSet {
    var intake = IntakeSettings()
    intake.deduplicate = .days(2)
    intake.holdUnresolved = .hours(6)
    let model = try HealthModel(plan, profiles: profiles(), forgetAfter: .days(12))
    return PartitionSet(
      (0..<partitions).map { number in
        PartitionRunner(
          PartitionProcessor(
            partition: number,
            store: WindowStore(
              plan: model.windows,
              settings: WindowSettings(
                outOfOrderness: .minutes(30), allowedLateness: .hours(4))),
            observer: HealthObserver(model, partition: number), intake: intake))
      })
  }

  /// Weeks of events in pieces of time, each as one batch a partition: late ones, duplicates, events without account,
  /// memberships and aliases among them.
  private static func pieces(seed: UInt64) -> [[[GateEvent]]] {
    var random = SeededGenerator(seed: seed)
    var events = history(accounts: accounts, days: 40, seed: seed, perDay: 3).enumerated().map {
      (place, event) in
      var gate = GateEvent(
        type: event.type, id: place % 3 == 0 ? "\(place)" : "", account: event.account,
        user: event.user, time: event.time)
      gate.feature = ["export", "import", ""].randomElement(using: &random)!
      return gate
    }
    // One falls silent for long enough to be forgotten.
    events.removeAll { $0.account == "acct-3" && $0.time > monday.milliseconds + 8 * day }
    for place in events.indices where place % 17 == 5 {
      var again = events[place]
      switch place % 4 {
      case 0: break
      case 1: again.time -= 10 * hour
      case 2: again.kind = .membership
      default:
        again.account = ""
        again.user = "stranger\(place % 5)"
      }
      events.insert(again, at: min(events.count, place + 1 + Int.random(in: 0..<9, using: &random)))
    }
    return stride(from: 0, to: events.count, by: 24).map { start in
      let part = events[start..<min(start + 24, events.count)]
      return (0..<partitions).map { number in
        part.filter { (Int($0.account.suffix(1)) ?? 0) % partitions == number }
      }
    }
  }

  private static func batches(_ piece: [[GateEvent]], position: Int) -> [EventBatch] {
    piece.enumerated().map { number, events in
      let batch = EventBatch(bytesCapacity: 1 << 18)
      batch.topic = "events"
      batch.partition = Int32(number)
      for event in events { batch.append(event, position: Int64(position)) }
      batch.nextPosition = Int64(position + 1)
      return batch
    }
  }

  @Test("stopped anywhere and restored, it goes on as if nothing had been", arguments: 1...4)
  func anywhere(seed: UInt64) throws {
    let plan = try Self.plan()
    let pieces = Self.pieces(seed: seed)
    let undisturbed = try Self.fresh(plan)
    // Where the undisturbed run stood after each piece, and what a checkpoint there said.
    var stops: [(piece: Int, said: Int, topic: [String: [UInt8]])] = []
    for (place, piece) in pieces.enumerated() {
      undisturbed.feed(Self.batches(piece, position: place))
      guard place % 4 == Int(seed) % 4 else { continue }
      let before = undisturbed.topic
      guard let topic = undisturbed.checkpoint(isRepeated: stops.count % 4 > 0) else { continue }
      stops.append((place, undisturbed.said.count, topic))
      if stops.count > 1 { expectOneWhole(before, undisturbed.newest) }
    }
    let manifests = try stops.map { try Self.newest($0.topic).manifest }
    #expect(manifests.contains { $0.chain.layers.count > 2 }, "some say what changed only")
    #expect(Set(manifests.map(\.chain.slot)).count == 2, "some say everything again")
    let all = undisturbed.said
    for stream in [OutputStream.scores, .changes, .alerts, .rollups, .usage, .deadLetters] {
      #expect(all.contains { $0.stream == stream }, "\(stream) is not tried")
    }
    try #require(stops.count > 5)
    var random = SeededGenerator(seed: seed)
    for stop in stops.shuffled(using: &random).prefix(4) {
      var restored = try Self.fresh(plan)
      try restored.restore(stop.topic)
      var saidBefore: [Said] = []
      for place in pieces.indices where place > stop.piece {
        restored.feed(Self.batches(pieces[place], position: place))
        // It is checkpointed on top of what it came from, and stopped again.
        guard place % 5 == 0, let topic = restored.checkpoint(), place % 15 == 0 else { continue }
        saidBefore += restored.said
        restored = try Self.fresh(plan)
        try restored.restore(topic)
      }
      let said = saidBefore + restored.said
      let want = Array(all[stop.said...])
      let same = zip(said, want).prefix { $0 == $1 }.count
      #expect(
        said == want,
        "after piece \(stop.piece): record \(same) of \(want.count) is \(said[same...].prefix(1)), not \(want[same...].prefix(1))"
      )
    }
  }

  private static func newest(_ topic: [String: [UInt8]]) throws -> CheckpointShelf.Checkpoint {
    try #require(PartitionSet.shelf(topic).checkpoints(of: PartitionSet.name(0)).first)
  }

  /// Wherever the writing of a checkpoint ends, each partition has the one before, or this one.
  private func expectOneWhole(
    _ before: [String: [UInt8]], _ messages: [(key: String, value: [UInt8]?)]
  ) {
    var topic = before
    for message in [(key: "", value: nil)] + messages {
      topic[message.key] = message.value
      let shelf = PartitionSet.shelf(topic)
      for partition in 0..<Self.partitions {
        let found = shelf.checkpoints(of: PartitionSet.name(partition))
        #expect(found.prefix(2).contains { $0.damage == nil })
        let newest = found.map(\.manifest.sequence).max()
        let whole = found.filter { $0.damage == nil }.map(\.manifest.sequence).max()
        #expect(newest == whole, "the newest that has a manifest is whole")
      }
    }
  }

  /// Messages of both partitions as an earlier build said them, after piece 8 of seed 1: a line each, key and value in
  /// Base64. Written anew by this test, with THERMOCLINE_WRITE_FIXTURES=1, where there is none of the format.
  private static func fixture(_ format: UInt8) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "format-\(format).txt")
  }
  private static let fixturePiece = 8

  @Test(
    "a checkpoint of an earlier build is read: another layout of the state is another format",
    arguments: 1...CheckpointFormat.version)
  func ofEarlierBuild(format: UInt8) throws {
    let plan = try Self.plan()
    let pieces = Self.pieces(seed: 1)
    let undisturbed = try Self.fresh(plan)
    var saidBefore = 0
    for (place, piece) in pieces.enumerated() {
      undisturbed.feed(Self.batches(piece, position: place))
      let writes =
        format == CheckpointFormat.version
        && ProcessInfo.processInfo.environment["THERMOCLINE_WRITE_FIXTURES"] != nil
      // So that the fixture has layers.
      if writes, place + 2 == Self.fixturePiece { _ = undisturbed.checkpoint() }
      guard place == Self.fixturePiece else { continue }
      saidBefore = undisturbed.said.count
      if writes {
        let lines = try #require(undisturbed.checkpoint()).sorted { $0.key < $1.key }.map {
          "\($0.key) \(Data($0.value).base64EncodedString())\n"
        }
        try Data(lines.joined().utf8).write(to: Self.fixture(format))
      }
    }
    let topic = try Self.topic(format)
    #expect(try Self.newest(topic).manifest.format == format)
    var restored = try Self.fresh(plan)
    try restored.restore(topic)
    var said: [Said] = []
    var again = 0
    for place in pieces.indices where place > Self.fixturePiece {
      restored.feed(Self.batches(pieces[place], position: place))
      // Layers of this format lie on those of the earlier one: soon, and once weeks have passed.
      guard again < 3 || again == 3 && place > 2 * Self.fixturePiece,
        let topic = restored.checkpoint()
      else { continue }
      again += 1
      said += restored.said
      restored = try Self.fresh(plan)
      try restored.restore(topic)
    }
    #expect(again == 4)
    said += restored.said
    // Before format 4 nothing was kept of the weeks in which users came.
    func comparable(_ said: some Sequence<Said>) -> [Said] {
      said.map { record in
        guard format < 4, record.stream == .rollups else { return record }
        var record = record
        record.value.replace(/"cohorts":\[.*\],"onboarding"/, with: #""onboarding""#)
        return record
      }
    }
    #expect(comparable(said) == comparable(undisturbed.said[saidBefore...]))
  }

  @Test(
    "from an earlier format on, users are told by week from the first week of which all is known")
  func weeksOfEarlierFormats() throws {
    let plan = try Self.plan()
    // Somebody new comes now and then, after the checkpoint.
    let pieces = Self.pieces(seed: 1).enumerated().map { place, piece in
      piece.map { events in
        events.map {
          var event = $0
          if place > Self.fixturePiece, place % 4 == 0 { event.user = "new \(place)" }
          return event
        }
      }
    }
    func cohorts(format: UInt8) throws -> [(at: EventTime, from: [EventTime])] {
      let restored = try Self.fresh(plan)
      try restored.restore(try Self.topic(format))
      for place in pieces.indices where place > Self.fixturePiece {
        restored.feed(Self.batches(pieces[place], position: place))
      }
      return try restored.said.filter { $0.stream == .rollups && $0.key == "portfolio" }.map {
        let rollup = try HealthRollupDecoder.decode(Array($0.value.utf8))
        return (rollup.at, rollup.usage?.cohorts.map(\.from) ?? [])
      }
    }
    let (old, new) = (try cohorts(format: 3), try cohorts(format: 4))
    let begin = try #require(old.first).at
    #expect(old.map(\.at) == new.map(\.at))
    #expect(new.contains { $0.from.contains { $0 < begin } })
    for (one, other) in zip(old, new) {
      // The midnight before the first that is said may be a Monday.
      #expect(one.from == other.from.filter { $0 >= begin - .days(1) }, "\(one.at)")
    }
    #expect(old.contains { !$0.from.isEmpty })
  }

  private static func topic(_ format: UInt8) throws -> [String: [UInt8]] {
    let lines = try String(contentsOf: fixture(format), encoding: .utf8).split(separator: "\n")
    var topic: [String: [UInt8]] = [:]
    for line in lines {
      let parts = line.split(separator: " ")
      topic[String(parts[0])] = [UInt8](try #require(Data(base64Encoded: String(parts[1]))))
    }
    return topic
  }
}
