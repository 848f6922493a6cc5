import Foundation
import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

@testable import Thermocline

/// Policies that say only what differs from another one.
@Suite struct PolicyInheritanceTests {
  private static let head = "name: ours\nversion: 3\nextends: default\n"

  private func refusal(_ text: String, file: String = "p.yaml") -> YAMLFileError? {
    do throws(YAMLFileError) {
      _ = try PolicyFile.read(text, file: file)
      return nil
    } catch {
      return error
    }
  }

  @Test func onlyTheNameIsItsOwn() throws {
    var expected = Policy.standard
    expected.name = "ours"
    expected.version = 3
    #expect(try PolicyFile.read(Self.head) == expected)
  }

  @Test func measuresAreMergedByName() throws {
    let policy = try PolicyFile.read(
      Self.head + """
        dimensions:
          - {name: experience, weight: 25}
        remove: [bot_calls_7d, invites_28d]
        measures:
          - {name: events_7d, weight: 9, weeks: 6}
          - {name: users_28d, target: [[0, 0], [5, 100]], axis: null, label: people}
          - {name: use_days_14d, types: [visit]}
          - {name: community_days_28d, types: null}
          - {name: exports, kind: count, types: [export], target: [[0, 0], [9, 100]], weight: 2, dimension: outcome}
        alerts:
          budget: 2
          drops:
            - {measure: events_7d, volume_min: 20}
          silence: null
        overrides:
          - when: {tier: small}
            measures: {events_7d: {weight: 0}, exports: {weight: 5}}
        """)
    var expected = Policy.standard
    expected.name = "ours"
    expected.version = 3
    expected.dimensions[1].weight = 25
    expected.measures.removeAll { ["bot_calls_7d", "invites_28d"].contains($0.name) }
    func change(_ name: String, _ body: (inout Measure) -> Void) {
      body(&expected.measures[expected.measures.firstIndex { $0.name == name }!])
    }
    change("events_7d") {
      $0.weight = 9
      $0.normalisation = .baseline($0.normalisation.points, weeks: 6, weeksMin: 4)
    }
    change("users_28d") {
      $0.normalisation = .target(ControlPoints([(0, 0), (5, 100)]))
      $0.label = "people"
    }
    change("use_days_14d") { $0.filter = .types(["visit"]) }
    change("community_days_28d") { $0.filter = .any }
    expected.measures.append(
      Measure(
        "exports", .count, of: .types(["export"]),
        normalisation: .target(ControlPoints([(0, 0), (9, 100)])), weight: 2,
        dimension: "outcome"))
    expected.alerts.budget = 2
    expected.alerts.drops.removeAll { $0.measure == "bot_calls_7d" }
    expected.alerts.drops[0].volumeMin = 20
    expected.alerts.silence = nil
    expected.overrides.append(
      PolicyOverride(
        when: SegmentCondition(tiers: ["small"]),
        measures: [
          MeasureOverride("events_7d", weight: 0), MeasureOverride("exports", weight: 5),
        ]))
    #expect(policy == expected)
  }

  @Test(arguments: [
    ("measures:\n  - {name: events_7d, weight: -1}", 5, "measures[0].weight", "is -1.0"),
    ("measures:\n  - {name: new, weight: 1}", 5, "measures[0]", "'kind' is missing"),
    (
      "measures:\n  - {name: events_7d, weight: 1}\n  - {name: events_7d, weight: 2}", 6,
      "measures[1]", "twice"
    ),
    ("measures:\n  - {name: users_28d, weeks: 3}", 5, "measures[0].weeks", "target"),
    ("remove: [answered]", 4, "remove[0]", "'answered'"),
    ("remove: [tickets_opened_28d]", nil, "measures.answered_share.ratio", "'tickets_opened_28d'"),
    ("alerts:\n  drops:\n    - {measure: events_7d, share: 0}", 6, "alerts.drops[0].share", "0.0"),
    ("overrides:\n  - {when: {}}", 5, "overrides[0].when", "nobody"),
    ("overrides:\n  - {when: {teer: mid}}", 5, "overrides[0].when", "did you mean 'tier'"),
    (
      "overrides:\n  - when: {tier: mid}\n    alerts: {budget: 1}", 6, "overrides[0].alerts",
      "budget of false alarms"
    ),
    (
      "overrides:\n  - when: {tier: mid}\n    measures: {events_7d: {window: 1d}}", 6,
      "overrides[0].measures.events_7d", "'window'"
    ),
    (
      "overrides:\n  - when: {tier: mid}\n    dimensions: {growth: 1}", 6,
      "overrides[0].dimensions.growth", "not in the policy"
    ),
    (
      "overrides:\n  - when: {tier: mid}\n    measures:\n      events_7d: {target: [[0, 0]]}", 7,
      "overrides[0].measures.events_7d", "'target'"
    ),
    (
      "overrides:\n  - when: {tier: mid}\n    measures: {login: {weight: 1}}", 6,
      "overrides[0].measures.login", "not in the policy"
    ),
    (
      "overrides:\n  - when: {tier: mid}\n    bands: {yellow: 90}", 5, "overrides[0]",
      "for tier=mid: bands[2].from"
    ),
  ])
  func mistakesAreNamedWithTheirLine(
    _ text: String, _ line: Int?, _ key: String, _ problem: String
  ) throws {
    let error = try #require(refusal(Self.head + text), "accepted: \(text)")
    let finding = try #require(error.findings.first { $0.key == key }, "\(error)")
    #expect(finding.problem.contains(problem), "\(finding)")
    #expect(!finding.allowed.isEmpty)
    if let line { #expect(finding.line == line, "\(finding)") }
  }

  @Test func removeGoesWithExtendsOnly() throws {
    let error = try #require(refusal(PolicyFileTests.minimal + "\nremove: [days]"))
    #expect(error.description.contains("remove: goes with extends only"))
  }

  @Test func filesBesideIt() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "policies-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ name: String, _ text: String) throws -> String {
      let file = folder.appending(path: name)
      try Data(text.utf8).write(to: file)
      return file.path
    }
    let base = try write("base.yaml", Self.head + "coverage_min: 0.4\n")
    let top = try write("top.yaml", "name: top\nversion: 1\nextends: base.yaml\ntrend_scores: 5\n")
    let loaded = try PolicyFile.load(top)
    #expect(loaded.policy.identifier == "top@1")
    #expect(loaded.policy.coverageMin == 0.4 && loaded.policy.trendScores == 5)
    #expect(loaded.files == [top, base])
    // A mistake below is told of the file that makes it.
    _ = try write("base.yaml", Self.head + "coverage_min: 4\n")
    let error = #expect(throws: JobFailure.self) { _ = try PolicyFile.load(top) }
    #expect(error?.message.hasPrefix("\(base):4: coverage_min: is 4.0") == true, "\(error!)")
    _ = try write("base.yaml", "name: base\nversion: 1\nextends: top.yaml\n")
    let circle = #expect(throws: JobFailure.self) { _ = try PolicyFile.load(top) }
    #expect(circle?.message.contains("'top.yaml' extends itself") == true, "\(circle!)")
    let missing = try write("missing.yaml", "name: m\nversion: 1\nextends: gone.yaml\n")
    let gone = #expect(throws: JobFailure.self) { _ = try PolicyFile.load(missing) }
    #expect(gone?.message.contains("missing.yaml:3: extends:") == true, "\(gone!)")
  }
}
