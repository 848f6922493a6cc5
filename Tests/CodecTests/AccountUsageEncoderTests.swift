import Testing
import ThermoclineCore

@testable import ThermoclineCodec

@Suite struct AccountUsageEncoderTests {
  @Test(
    "every field, absent numbers as null, and where it begins to say more than whose it is and when"
  )
  func golden() {
    var usage = AccountUsage(
      account: "a \"1\"", at: EventTime(milliseconds: 1_767_268_800_000), policy: "p@2",
      stage: "onboarding")
    usage.users.daily = 3
    usage.users.weekly = 5
    usage.users.monthly = 8
    usage.users.stickiness = 0.3125
    usage.users.successful = 2
    usage.users.conversion = 0.25
    usage.activeDays = 19
    usage.events = 655
    usage.features = 2
    usage.top = [
      AccountUsage.Feature(name: "export", events: 120, days: 14, conversion: 7.0 / 12),
      AccountUsage.Feature(name: "new", events: 1, days: 1, conversion: nil),
    ]
    usage.converting = [
      AccountUsage.Feature(name: "rare", events: 4, days: 3, conversion: 1)
    ]
    usage.funnel = [
      AccountUsage.Step(type: "login", users: 8, conversion: nil),
      AccountUsage.Step(
        type: "outcome", users: 6, conversion: 0.75, converted: 5, convertedShare: 0.625),
    ]
    usage.retention = [
      AccountUsage.Retention(days: 7, account: true, users: 7, retained: 5),
      AccountUsage.Retention(days: 14, account: nil, users: 0, retained: 0),
    ]
    usage.isOnboardingStalled = false
    usage.revenue = 1_800
    usage.cost = 25.5
    var writer = JSONWriter()
    let start = AccountUsageEncoder.encode(usage, into: &writer)
    let text = String(decoding: writer.bytes, as: UTF8.self)
    let head = #"{"account":"a \"1\"","at":"2026-01-01T12:00:00.000Z""#
    #expect(
      text == head
        + #","policy":"p@2","stage":"onboarding","users":{"daily":3,"weekly":5,"monthly":8,"#
        + #""stickiness":0.3125,"successful":2,"conversion":0.25},"activeDays":19,"events":655,"features":{"used":2,"top":["#
        + #"{"feature":"export","events":120,"days":14,"conversion":0.583333},"#
        + #"{"feature":"new","events":1,"days":1,"conversion":null}],"converting":["#
        + #"{"feature":"rare","events":4,"days":3,"conversion":1}]},"funnel":["#
        + #"{"type":"login","users":8,"conversion":null,"converted":null,"convertedShare":null},"#
        + #"{"type":"outcome","users":6,"conversion":0.75,"converted":5,"convertedShare":0.625}],"retention":["#
        + #"{"days":7,"account":true,"users":7,"retained":5},"#
        + #"{"days":14,"account":null,"users":0,"retained":0}],"onboardingStalled":false,"#
        + #""revenue":1800,"cost":25.5,"costShare":null}"#)
    #expect(start == head.utf8.count)
  }
}
