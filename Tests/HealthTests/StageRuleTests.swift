import Testing
import ThermoclineCore

@testable import ThermoclineHealth

@Suite struct StageRuleTests {
  private func stage(
    first: Int, start: Int? = nil, end: Int? = nil, named: String? = nil
  ) -> String {
    var profile = AccountProfile()
    profile.contractStart = start.map(day)
    profile.contractEnd = end.map(day)
    profile.stage = named
    return StageRule().stage(of: profile, firstEvent: day(first), at: day(100))
  }

  @Test func stagesFollowFromAgeAndContract() {
    #expect(stage(first: 71) == "onboarding")
    #expect(stage(first: 70) == "active")
    #expect(stage(first: 0, start: 90) == "onboarding")
    #expect(stage(first: 99, start: 0) == "active")
    #expect(stage(first: 0, end: 161) == "active")
    #expect(stage(first: 0, end: 160) == "renewal")
    #expect(stage(first: 0, end: 101) == "renewal")
    #expect(stage(first: 0, end: 100) == "ended")
    #expect(stage(first: 90, end: 130) == "onboarding")
    #expect(stage(first: 0, end: 100, named: "pilot") == "pilot")
  }
}
