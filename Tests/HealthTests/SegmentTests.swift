import Testing

@testable import ThermoclineHealth

@Suite struct SegmentTests {
  private let full = Segment(industry: "bank", tier: "mid", stage: "active")

  @Test("names say what the accounts have in common, and are told apart whatever the words hold")
  func names() {
    #expect(Segment.portfolio.name == "portfolio")
    #expect(full.name == "industry=bank,tier=mid,stage=active")
    #expect(Segment(tier: "a,b=c%").name == "tier=a%2Cb%3Dc%25")
    #expect(Segment(industry: "").name == "industry=")
    #expect(Segment(parent: "acme").name == "parent=acme")
  }

  @Test("peer percentiles: from the own group to all accounts; roll-ups: those and the stage")
  func groups() {
    #expect(
      full.peers.map(\.name) == [
        "industry=bank,tier=mid,stage=active", "industry=bank,tier=mid", "industry=bank",
        "tier=mid", "portfolio",
      ])
    #expect(full.rollups.map(\.name) == full.peers.map(\.name) + ["stage=active"])
    #expect(Segment(parent: "acme").rollups == [Segment(parent: "acme")])
  }
}
