import Foundation
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

/// Peer percentiles and roll-ups, over partitions.
@Suite struct HealthObserverPeersTests {
  private static let accounts = 12
  private static let days = 20
  private let least = 3

  private func at(_ days: Int) -> EventTime { monday + .days(Int64(days)) }

  private func profile(_ account: Int) -> AccountProfile {
    var profile = AccountProfile()
    profile.industry = account % 2 == 0 ? "bank" : "shop"
    profile.tier = ["mid", "mid", "small"][account % 3]
    // Two stages, so that some groups are too small.
    profile.stage = account < 9 ? "active" : "renewal"
    profile.revenue = Double(account) * 100
    if account % 4 == 1 { profile.parent = "acct-0" }
    return profile
  }

  private func model() throws -> HealthModel {
    let curve = ControlPoints([(0, 0), (100, 100)])
    let policy = Policy(
      name: "peers", version: 1, dimensions: [Dimension("use", weight: 1)],
      measures: [
        Measure(
          "events", .count, window: .days(7), normalisation: .peers(curve, accountsMin: least),
          weight: 1, dimension: "use"),
        Measure(
          "days", .activeDays, window: .days(7), normalisation: .target(curve), weight: 1,
          dimension: "use"),
      ], bands: [Band("low", from: 0), Band("high", from: 30)], coverageMin: 0.1)
    try #require(policy.validate() == [])
    let profiles = (0..<Self.accounts).map { ("acct-\($0)", profile($0)) }
    return try HealthModel(
      PolicyPlan(policy), profiles: ProfileBook(Dictionary(uniqueKeysWithValues: profiles)),
      changeMin: .zero)
  }

  private func number(_ account: String) -> Int { Int(account.dropFirst(5))! }

  private func feed(
    _ events: [TestEvent], to works: [PartitionRunner<HealthObserver>], _ output: OutputBatch,
    _ random: inout SeededGenerator
  ) {
    let partitions = works.count
    let size = Int.random(in: 1...40, using: &random)
    var queues = (0..<partitions).map { number in
      batches(events.filter { self.number($0.account) % partitions == number }, of: size)[...]
    }
    var places = Array(repeating: 0, count: partitions)
    while queues.contains(where: { !$0.isEmpty }) {
      let next = (0..<partitions).filter { !queues[$0].isEmpty }.randomElement(using: &random)!
      for _ in 0..<Int.random(in: 1...30, using: &random) {
        guard let batch = queues[next].first else { break }
        let left = works[next].process(batch, from: places[next], into: output)
        places[next] = left ?? 0
        if left != nil { break }
        queues[next].removeFirst()
      }
    }
  }

  /// Everything said, tick by tick; the partitions in a random order, each as far as it may go.
  private func run(_ events: [TestEvent], partitions: Int, seed: UInt64) throws -> [Said] {
    var random = SeededGenerator(seed: seed)
    let model = try model()
    let works = (0..<partitions).map { runner(model, partition: $0) }
    let output = OutputBatch()
    feed(events, to: works, output, &random)
    let end = at(Self.days + 1)
    while works.contains(where: { $0.progress.watermark < end }) {
      for work in works.shuffled(using: &random) { work.advance(to: end, output) }
    }
    for work in works { work.settle(output) }
    return ordered(output.records(of: [.scores, .changes, .rollups]))
  }

  @Test("peers and roll-ups: partitions, their speed and the order of accounts make no difference")
  func sameBytes() throws {
    let events = history(accounts: Self.accounts, days: Self.days, seed: 41)
    let one = try run(events, partitions: 1, seed: 1)
    for stream in [OutputStream.changes, .rollups] {
      #expect(one.filter { $0.stream == stream }.count > 100, "\(stream)")
    }
    for (partitions, seed) in [(1, 2), (2, 3), (3, 4), (5, 5), (6, 6)] as [(Int, UInt64)] {
      #expect(
        try run(events, partitions: partitions, seed: seed) == one, "\(partitions) partitions")
    }
    // The same events, those of the same moment in another order of accounts.
    var random = SeededGenerator(seed: 7)
    let permuted = events.shuffled(using: &random).sorted { $0.time < $1.time }
    #expect(try run(permuted, partitions: 2, seed: 8) == one)
  }

  private struct Score: Decodable {
    struct Peers: Decodable {
      var group: String
      var accounts: Int
      var percentile: Double
      var standIns: Int?
    }
    struct Measure: Decodable {
      var name: String
      var value: Double?
      var expected: Double?
      var subscore: Double?
      var peers: Peers?
    }
    var at: String
    var account: String
    var measures: [Measure]
    var events: Measure? { measures.first { $0.name == "events" } }
  }

  private func scores(_ said: [Said]) throws -> [EventTime: [String: Score]] {
    var scores: [EventTime: [String: Score]] = [:]
    for said in said where said.stream == .changes {
      let score = try JSONDecoder().decode(Score.self, from: Data(said.value.utf8))
      scores[said.at, default: [:]][said.key] = score
    }
    return scores
  }

  @Test(
    "peer percentiles: those of the values of the midnight a day before, in the narrowest group")
  func percentiles() throws {
    let said = try run(
      history(accounts: Self.accounts, days: Self.days, seed: 42), partitions: 3, seed: 9)
    let scores = try scores(said)
    var groups: Set<String> = []
    for day in 9...Self.days {
      let before = try #require(scores[at(day - 1)])
      for (account, score) in try #require(scores[at(day)]) {
        let measure = try #require(score.events)
        let value = try #require(measure.value)
        let mine = profile(number(account))
        func values(_ isPeer: (AccountProfile) -> Bool) -> [Double] {
          before.filter { isPeer(profile(number($0.key))) }.compactMap { $0.value.events?.value }
            .sorted()
        }
        let candidates: [(String, [Double])] = [
          (
            "industry=\(mine.industry),tier=\(mine.tier),stage=\(mine.stage!)",
            values {
              $0.industry == mine.industry && $0.tier == mine.tier && $0.stage == mine.stage
            }
          ),
          (
            "industry=\(mine.industry),tier=\(mine.tier)",
            values { $0.industry == mine.industry && $0.tier == mine.tier }
          ),
          ("industry=\(mine.industry)", values { $0.industry == mine.industry }),
        ]
        let (group, peers) = try #require(candidates.first { $0.1.count >= least })
        groups.insert(group)
        let below = Double(peers.filter { $0 < value }.count)
        let alike = Double(peers.filter { $0 == value }.count)
        // Nothing is above nobody.
        let expected = value == 0 ? 0 : (below + alike / 2) / Double(peers.count) * 100
        #expect(measure.peers?.group == group)
        #expect(measure.peers?.accounts == peers.count)
        #expect(abs(try #require(measure.peers).percentile - expected) < 1e-6, "\(account), \(day)")
        #expect(abs(try #require(measure.subscore) - expected) < 1e-3)
        let median = peers[(peers.count - 1) / 2]
        #expect(abs(try #require(measure.expected) - median) <= 0.01 * median)
      }
    }
    #expect(groups.contains { $0.contains("stage") } && groups.contains { !$0.contains("stage") })
  }

  @Test("a partition that stands still counts with its last day, and the scores say so")
  func standIn() throws {
    let events = history(accounts: Self.accounts, days: Self.days, seed: 43)
    let model = try model()
    let works = [runner(model, partition: 0), runner(model, partition: 1)]
    let output = OutputBatch()
    var random = SeededGenerator(seed: 44)
    feed(events.filter { $0.time < at(10).milliseconds }, to: works, output, &random)
    // It may go a day further, for the day before is told.
    let rest = events.filter {
      number($0.account) % 2 == 0 && $0.time >= at(10).milliseconds
        && $0.time < at(14).milliseconds
    }
    var left: Int?
    for batch in batches(rest, of: 5) where left == nil {
      left = works[0].process(batch, from: 0, into: output)
    }
    #expect(left != nil, "the other one's days are missing")
    #expect(works[0].progress.watermark < at(12))
    model.board.setIdle(1)
    works[0].advance(to: at(14), output)
    let last = try scores(ordered(output.said))[at(14)]
    let scores = try #require(last)
    #expect(Set(scores.keys) == Set((0..<6).map { "acct-\($0 * 2)" }))
    // All banks are in partition 0: their group is whole. In a tier there are those of partition 1, too.
    for score in scores.values {
      let peers = try #require(score.events?.peers)
      #expect(peers.standIns == 1)
    }
    let portfolio = try #require(
      output.records(of: [.rollups]).last { $0.key == "portfolio" && $0.at == at(14) })
    #expect(portfolio.value.contains(#""accounts":12,"#))
  }
}
