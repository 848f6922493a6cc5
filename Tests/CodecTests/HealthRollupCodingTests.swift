import Testing
import ThermoclineCore

@testable import ThermoclineCodec

@Suite struct HealthRollupCodingTests {
  private static var rollup: HealthRollup {
    var rollup = HealthRollup(
      segment: "industry=a%2C\"b\",tier=mid", at: EventTime(milliseconds: 1_767_268_800_000),
      policy: "p@2")
    rollup.accounts = 41
    rollup.scored = 39
    rollup.bands = [NamedCount(name: "red", count: 4), NamedCount(name: "green", count: 35)]
    rollup.quadrants = [NamedCount(name: "costly", count: 8)]
    rollup.mean = Points(58.1234)
    rollup.p50 = Points(60)
    rollup.revenue = 7_380_001
    rollup.revenueAtRisk = 720_050
    rollup.redShare = 0.102_564
    rollup.redTrend = -0.003_663
    rollup.parent = ParentHealth(rule: "worst_of", score: Points(65), band: "green")
    return rollup
  }

  private func text(_ rollup: HealthRollup) -> String {
    var writer = JSONWriter()
    HealthRollupEncoder.encode(rollup, into: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test("a roll-up as it is written: every field, whole hundredths, absent numbers as null")
  func golden() {
    #expect(
      text(Self.rollup)
        == #"{"segment":"industry=a%2C\"b\",tier=mid","at":"2026-01-01T12:00:00.000Z","policy":"p@2","#
        + #""accounts":41,"scored":39,"bands":{"red":4,"green":35},"quadrants":{"costly":8},"#
        + #""score":{"mean":58.1234,"p10":null,"p50":60,"p90":null},"revenue":73800.01,"#
        + #""revenueAtRisk":7200.5,"redShare":0.102564,"redTrend":-0.003663,"#
        + #""parent":{"rule":"worst_of","score":65,"band":"green"}}"#)
  }

  @Test("usage of a segment stands before its parent's score")
  func usage() throws {
    var usage = SegmentUsage()
    usage.accounts = 3
    (usage.users.daily, usage.users.weekly, usage.users.monthly) = (4, 9, 16)
    usage.users.stickiness = 0.25
    usage.users.successful = 8
    usage.users.conversion = 0.5
    usage.events = 655
    usage.features = 2
    usage.top = [
      SegmentUsage.Feature(
        name: "export", accounts: 2, events: 120, days: 14, conversion: 7.0 / 12),
      SegmentUsage.Feature(name: "new", accounts: 1, events: 1, days: 1, conversion: nil),
    ]
    usage.converting = [
      SegmentUsage.Feature(name: "rare", accounts: 1, events: 4, days: 3, conversion: 1)
    ]
    usage.funnel = [
      AccountUsage.Step(type: "login", users: 16, conversion: nil, converted: 16),
      AccountUsage.Step(
        type: "outcome", users: 8, conversion: 0.5, converted: 4, convertedShare: 0.25),
    ]
    usage.retention = [
      SegmentUsage.Retention(
        days: 7, accounts: 3, accountsRetained: 2, users: 12, usersRetained: 5)
    ]
    usage.cohorts = [
      SegmentUsage.Cohort(
        from: Self.rollup.at, users: 5,
        retention: [SegmentUsage.Cohort.Part(days: 7, users: 4, retained: 3)]),
      SegmentUsage.Cohort(from: Self.rollup.at + .days(7), users: 1, retention: []),
    ]
    (usage.onboarding, usage.stalled) = (2, 1)
    usage.cost = 2_550
    var rollup = Self.rollup
    rollup.usage = usage
    // Written in six decimals.
    rollup.usage?.top[0].conversion = 0.583_333
    #expect(try HealthRollupDecoder.decode(Array(text(rollup).utf8)) == rollup)
    let tail =
      #","usage":{"accounts":3,"users":{"daily":4,"weekly":9,"monthly":16,"stickiness":0.25,"#
      + #""successful":8,"conversion":0.5},"events":655,"features":{"used":2,"top":["#
      + #"{"feature":"export","accounts":2,"events":120,"days":14,"conversion":0.583333},"#
      + #"{"feature":"new","accounts":1,"events":1,"days":1,"conversion":null}],"converting":["#
      + #"{"feature":"rare","accounts":1,"events":4,"days":3,"conversion":1}]},"funnel":["#
      + #"{"type":"login","users":16,"conversion":null,"converted":16,"convertedShare":null},"#
      + #"{"type":"outcome","users":8,"conversion":0.5,"converted":4,"convertedShare":0.25}],"retention":["#
      + #"{"days":7,"accounts":3,"accountsRetained":2,"users":12,"usersRetained":5}],"cohorts":["#
      + #"{"from":"2026-01-01T12:00:00.000Z","users":5,"retention":[{"days":7,"users":4,"retained":3}]},"#
      + #"{"from":"2026-01-08T12:00:00.000Z","users":1,"retention":[]}],"#
      + #""onboarding":2,"onboardingStalled":1,"cost":25.5,"costShare":null},"parent":{"#
    #expect(text(rollup).contains(tail))
  }

  @Test("what is written is read back")
  func readBack() throws {
    var rollup = Self.rollup
    #expect(try HealthRollupDecoder.decode(Array(text(rollup).utf8)) == rollup)
    rollup.parent = nil
    rollup.overridden = [NamedCount(name: "red", count: 2), NamedCount(name: "green", count: 0)]
    rollup.effectiveBands = [
      NamedCount(name: "red", count: 6), NamedCount(name: "green", count: 34),
    ]
    #expect(
      text(rollup).contains(
        #","bands":{"red":4,"green":35},"overridden":{"red":2,"green":0},"effectiveBands":{"red":6,"green":34},"quadrants":"#
      ))
    rollup.mean = nil
    rollup.redTrend = nil
    #expect(try HealthRollupDecoder.decode(Array(text(rollup).utf8)) == rollup)
  }

  @Test(
    "a roll-up without segment or time, or with another type, is an error that names the field",
    arguments: [
      (#"{"at":"2026-01-01T00:00:00Z"}"#, "segment"), (#"{"segment":"a"}"#, "at"),
      (#"{"segment":"a","at":"2026-01-01T00:00:00Z","bands":{"red":0.5}}"#, "bands"),
      (#"{"segment":"a","at":"2026-01-01T00:00:00Z","revenue":"1"}"#, "revenue"),
      (#"{"segment":"a","at":"2026-01-01T00:00:00Z","accounts":[]}"#, "accounts"),
    ])
  func refused(json: String, field: String) {
    #expect(throws: OutputDecodingError.badField(field)) {
      try HealthRollupDecoder.decode(Array(json.utf8))
    }
  }
}
