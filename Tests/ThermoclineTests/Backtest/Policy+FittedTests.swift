import Testing
import ThermoclineBacktest
import ThermoclineHealth

@testable import Thermocline

/// A policy with fitted weights says what it said besides.
@Suite struct PolicyFittedTests {
  /// The default policy with an override of weights, and weights that are spread anew in each dimension.
  private static let policy: Policy = {
    var policy = Policy.standard
    policy.overrides.append(
      PolicyOverride(
        when: SegmentCondition(tiers: ["small"]), dimensions: [Dimension("experience", weight: 40)],
        measures: [
          MeasureOverride("active_days_28d", weight: 60), MeasureOverride("nps_56d", weight: 0),
        ]))
    return policy
  }()

  /// Each of the outcome's measures weighs what the next one did; one has no say any more.
  private func weights(_ policy: Policy) -> ScoreWeights {
    var weights = ScoreWeights(policy)
    let places = policy.measures.indices.filter { policy.measures[$0].dimension == "outcome" }
    for (k, place) in places.enumerated() {
      weights.measures[place] = policy.measures[places[(k + 1) % places.count]].weight
    }
    weights.measures[places[0]] += weights.measures[places[1]]
    weights.measures[places[1]] = 0
    return weights
  }

  private func shares(_ policy: Policy, _ axis: Axis? = nil) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: policy.shares(of: axis).map { ($0.name, $0.share) })
  }

  @Test func axesAndDimensionsWeighWhatTheyDid() {
    let fitted = Self.policy.fitted(weights(Self.policy))
    #expect(fitted.validate().isEmpty && fitted.dimensions == Self.policy.dimensions)
    for tier in ["mid", "small", "enterprise"] {
      let (before, after) = (
        Self.policy.resolved(tier: tier, industry: "", stage: "active"),
        fitted.resolved(tier: tier, industry: "", stage: "active")
      )
      for axis in Axis.allCases { #expect(shares(before, axis) == shares(after, axis), "\(tier)") }
      #expect(before.dimensions == after.dimensions)
    }
    #expect(fitted.measures.contains { $0.weight == 0 && $0.axis != nil && $0.dimension != nil })
    let (before, after) = (shares(Self.policy), shares(fitted))
    #expect(before != after)
    for measure in fitted.measures where measure.dimension == "experience" {
      #expect(abs(before[measure.name]! - after[measure.name]!) < 1e-12)
    }
  }

  @Test func overridesKeepTheirPart() throws {
    let fitted = Self.policy.fitted(weights(Self.policy))
    func small(_ policy: Policy) -> [String: Double] {
      shares(policy.resolved(tier: "small", industry: "", stage: "active"))
    }
    let (before, after) = (small(Self.policy), small(fitted))
    // 60 of 263 in two thirds of the score.
    #expect(abs(before["active_days_28d"]! - 60.0 / 263 * 2 / 3) < 1e-12)
    #expect(abs(after["active_days_28d"]! - before["active_days_28d"]!) < 1e-5)
    #expect(after["nps_56d"] == 0)
    #expect(abs(after["active_days_14d"]! - before["active_days_14d"]!) > 0.01)
  }

  @Test func everyContentHasAName() throws {
    let policy = Self.policy
    let fitted = policy.fitted(weights(policy))
    #expect(fitted.name.hasPrefix("default-fitted-") && fitted.name.utf8.count == 23)
    #expect(policy.fitted(weights(policy)) == fitted)
    // A fit of what was fitted has a name of the same first word.
    let again = fitted.fitted(weights(fitted))
    #expect(again.name.hasPrefix("default-fitted-") && again.name.utf8.count == 23)
    #expect(again.name != fitted.name)
    var long = policy
    long.name = String(repeating: "ü", count: 32)
    #expect(long.fitted(weights(long)).validate().isEmpty)
    // A running job takes one after the other.
    #expect(throws: Never.self) { try PolicyPlan(fitted).successor(again) }
    #expect(try PolicyFile.read(PolicyFile.write(fitted), file: "f.yaml") == fitted)
  }

  @Test func weightsThatWereNotBeatenStay() {
    var kept = Self.policy.fitted(ScoreWeights(Self.policy))
    kept.name = Self.policy.name
    #expect(kept == Self.policy)
  }
}
