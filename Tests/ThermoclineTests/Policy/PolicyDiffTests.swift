import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

@testable import Thermocline

@Suite struct PolicyDiffTests {
  private func changed(_ change: (inout Policy) -> Void) -> PolicyDiff {
    var policy = Policy.standard
    policy.version = 2
    change(&policy)
    return PolicyDiff(.standard, policy)
  }

  @Test func theSamePolicyDiffersInNothing() {
    let diff = PolicyDiff(.standard, .standard)
    #expect(diff.changes.isEmpty && diff.shares.isEmpty && diff.obstacle == nil)
    #expect(diff.text == "default@1 → default@1\nThey say the same.")
  }

  @Test func whatDiffersIsNamed() throws {
    let diff = changed {
      $0.measures[0].weight = 60
      $0.measures.remove(at: 1)
      $0.overrides[0].dimensions[0].weight = 60
      $0.bandHysteresis = 3
    }
    let changes = Dictionary(
      uniqueKeysWithValues: diff.changes.map { ($0.key, "\($0.before ?? "")→\($0.after ?? "")") })
    #expect(changes["measures.active_days_28d.weight"] == "30→60")
    #expect(changes["measures.active_days_14d.window"] == "14d→")
    #expect(changes["overrides[0].dimensions.outcome"] == "70→60")
    #expect(changes["band_hysteresis"] == "2→3")
    #expect(
      diff.changes.allSatisfy { $0.key.hasPrefix("measures.active_days") || changes[$0.key] != nil }
    )
    // 80 % × 30 of 233 before, 80 % × 60 of 243 after.
    let share = try #require(diff.shares.first { $0.measure == "active_days_28d" })
    #expect(abs(share.before - 0.8 * 30 / 233) < 1e-12 && abs(share.after - 0.8 * 60 / 243) < 1e-12)
    #expect(diff.obstacle == nil, "the windows that are there suffice")
    #expect(diff.text.contains("~ band_hysteresis: 2 → 3"))
    #expect(diff.text.contains("- measures.active_days_14d.kind: active_days"))
  }

  @Test func partsOfAxesAndOfSegmentsAreNamed() throws {
    let small = PolicyOverride(
      when: SegmentCondition(tiers: ["small"]), measures: [MeasureOverride("events_7d", weight: 60)]
    )
    let axis = changed { policy in
      let payments = policy.measures.firstIndex { $0.name == "payments_35d" }!
      policy.measures[payments].axisWeight = 16
    }
    // 8 of 29 points of weight before, 16 of 37 after; the score knows nothing of it.
    let share = try #require(axis.shares.first { $0.measure == "payments_35d" })
    #expect(share.axis == .commitment && share.variant.isEmpty)
    #expect(abs(share.before - 8.0 / 29) < 1e-12 && abs(share.after - 16.0 / 37) < 1e-12)
    #expect(axis.shares.allSatisfy { $0.axis == .commitment })
    #expect(axis.text.contains("Parts of commitment where all measures have data:"))
    let segment = changed { $0.overrides.append(small) }
    // 80 % × 6 of 233 before, 80 % × 60 of 287 for small accounts after.
    let events = try #require(segment.shares.first { $0.measure == "events_7d" })
    #expect(events.variant == "tier=small" && events.axis == nil)
    #expect(abs(events.before - 0.8 * 6 / 233) < 1e-12)
    #expect(abs(events.after - 0.8 * 60 / 287) < 1e-12)
    #expect(segment.shares.allSatisfy { $0.variant == "tier=small" })
    #expect(segment.text.contains("Parts of the score where all measures have data, tier=small:"))
  }

  @Test func whatARunningJobCannotTakeOverIsSaid() {
    #expect(
      changed { $0.measures[0].window = .days(21) }.obstacle == .otherWindows(1))
    #expect(changed { $0.alerts.budget = 1 }.obstacle == .otherAlerts)
    #expect(changed { $0.usage = UsageRule() }.obstacle == .otherUsage)
    #expect(changed { $0.measures.removeLast() }.obstacle == .otherPeers)
    #expect(
      changed {
        $0.version = 1
        $0.coverageMin = 0.5
      }.obstacle == .sameIdentifier)
    #expect(
      changed { $0.alerts.drops[1].volumeMin = 4 }.changes.map(\.key) == [
        "alerts.drops.bot_calls_7d.volume_min"
      ])
  }

  @Test func usageAndParentsHaveTheirKeys() {
    let rule = UsageRule(funnel: ["login", "pay"], costs: [UsageCost("a", 2)])
    let all = changed { $0.usage = rule }
    #expect(
      all.changes.map(\.key) == [
        "usage.top_features", "usage.outcomes", "usage.outcome_days", "usage.funnel",
        "usage.costs.a",
      ])
    let funnel = all.changes.first { $0.key == "usage.funnel" }
    #expect(funnel?.before == nil && funnel?.after == "login, pay")
    let parents = changed { $0.parents = .worstOf }
    #expect(
      parents.changes == [
        PolicyDiff.Change(key: "parents", before: "revenue_weighted", after: "worst_of")
      ])
  }

  @Test func jsonIsOneObject() throws {
    let json = changed { $0.coverageMin = 0.5 }.json
    #expect(
      json
        == #"{"before":"default@1","after":"default@2","changes":[{"key":"coverage_min","before":"0.3","after":"0.5"}],"shares":[],"needsRestart":false,"obstacle":null}"#
    )
  }
}
