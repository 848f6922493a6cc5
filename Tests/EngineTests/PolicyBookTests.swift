import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

/// A policy that replaces another while the job runs.
@Suite struct PolicyBookTests {
  private func at(_ days: Int64, _ hours: Int64 = 0) -> EventTime {
    EventTime(milliseconds: monday.milliseconds + days * day + hours * hour)
  }

  private func decoded(_ text: String) throws -> HealthScore {
    try HealthScoreDecoder.decode(Array(text.utf8))
  }

  private var other: Policy {
    var policy = Policy.standard
    policy.version = 2
    policy.measures.removeAll { $0.name == "stickiness" }
    policy.measures[0].weight = 90
    policy.dimensions.reverse()
    return policy
  }

  @Test(
    "the new policy holds from its midnight on, for every account, and every score names its own")
  func midnight() throws {
    let model = try model()
    let work = runner(model)
    let output = OutputBatch()
    let events = history(accounts: 3, days: 20, seed: 51)
    let next = try model.plan.successor(other)
    let from = at(12)
    for batch in batches(events.filter { $0.time < at(10).milliseconds }, of: 64) {
      work.process(batch, into: output)
    }
    model.policies.set(next, from: from)
    for batch in batches(events.filter { $0.time >= at(10).milliseconds }, of: 64) {
      work.process(batch, into: output)
    }
    _ = work.end(output)
    var accounts: Set<String> = []
    for said in output.said where said.stream == .scores || said.stream == .changes {
      let identifier = said.at < from ? "default@1" : "default@2"
      #expect(said.value.contains(#""policy":"\#(identifier)""#), "\(said.at)")
      let names = try decoded(said.value).measures.map(\.name)
      #expect(names.contains("stickiness") == (said.at < from), "\(said.at)")
      if said.at == from { accounts.insert(said.key) }
    }
    #expect(accounts.count == 3, "all accounts are judged anew at its midnight")
  }

  @Test(
    "from its midnight on scores are those of a job that began with it, but for what looks back")
  func sameScores() throws {
    func final(_ policies: (first: Policy, second: Policy?)) throws -> [String] {
      let model = try HealthModel(
        PolicyPlan(policies.first), profiles: ProfileBook(), changeMin: Points(0.5))
      if let second = policies.second {
        model.policies.set(try model.plan.successor(second), from: at(5))
      }
      let work = runner(model)
      let output = OutputBatch()
      for batch in batches(history(accounts: 2, days: 20, seed: 52), of: 64) {
        work.process(batch, into: output)
      }
      work.advance(to: at(20), output)
      return try lastScores(output.said.filter { $0.at >= at(19) }).sorted { $0.key < $1.key }
        .map { _, value in
          let score = try decoded(value)
          return
            "\(score.score?.tenThousandths ?? -1) \(score.band ?? "") \(score.measures.map(\.contribution))"
        }
    }
    var reordered = other
    reordered.dimensions.reverse()
    #expect(try final((.standard, reordered)) == final((reordered, nil)))
  }

  @Test("contributions add up to the change also across a policy, whose first score has none")
  func changes() throws {
    let model = try model()
    let work = runner(model)
    let output = OutputBatch()
    model.policies.set(try model.plan.successor(other), from: at(6))
    for batch in batches(history(accounts: 1, days: 10, seed: 53), of: 64) {
      work.process(batch, into: output)
    }
    work.advance(to: at(7), output)
    let first = try #require(output.said.first { $0.stream == .scores && $0.at == at(6) })
    #expect(try decoded(first.value).change == nil)
    #expect(first.value.contains(#""trend":null"#) && first.value.contains(#""weekChange":null"#))
  }

  @Test("roll-ups and alerts of the days before the midnight name the policy before")
  func otherPartitions() throws {
    let model = try model()
    let works = [runner(model, partition: 0), runner(model, partition: 1)]
    let output = OutputBatch()
    let from = at(30)
    model.policies.set(try model.plan.successor(other), from: from)
    let events = history(accounts: 4, days: 40, seed: 55)
    var queues = (0..<2).map { number in
      batches(events.filter { Int($0.account.suffix(1))! % 2 == number }, of: 16)[...]
    }
    var places = [0, 0]
    // Each in turn as far as it may go.
    while queues.contains(where: { !$0.isEmpty }) {
      for number in 0..<2 {
        while let batch = queues[number].first {
          let left = works[number].process(batch, from: places[number], into: output)
          places[number] = left ?? 0
          if left != nil { break }
          queues[number].removeFirst()
        }
      }
    }
    while works.contains(where: { $0.progress.watermark < at(40) }) {
      for work in works { work.advance(to: at(40), output) }
    }
    var days: [String: Set<Bool>] = [:]
    for said in output.records(of: [.rollups, .alerts, .changes]) where !said.value.isEmpty {
      let policy = try #require(said.value.firstMatch(of: /"policy":"(default@\d)"/)).1
      days["\(said.stream) \(policy)", default: []].insert(said.at < from)
    }
    for stream in ["rollups", "alerts", "changes"] {
      #expect(days["\(stream) default@1"] ?? [true] == [true], "\(days)")
      #expect(days["\(stream) default@2"] ?? [false] == [false], "\(days)")
    }
    #expect(days["rollups default@1"] != nil && days["rollups default@2"] != nil)
  }

  @Test("a policy that replaces one before its midnight is the only one")
  func replaced() throws {
    let model = try model()
    let work = runner(model)
    let output = OutputBatch()
    var third = other
    third.version = 3
    model.policies.set(try model.plan.successor(other), from: at(3))
    model.policies.set(try model.plan.successor(third), from: at(4))
    for batch in batches(history(accounts: 1, days: 8, seed: 54), of: 64) {
      work.process(batch, into: output)
    }
    let names = Set(
      output.said.filter { $0.stream == .scores }.compactMap {
        $0.value.components(separatedBy: #""policy":""#).last?.prefix(9)
      })
    #expect(names == ["default@1", "default@3"])
  }
}
