import Testing
import ThermoclineCore

@testable import Thermocline

/// What a customer reads, from figures that stand here.
@Suite struct UsageReportPageTests {
  private let end = EventTime(year: 2026, month: 4, day: 1)

  private func usage(
    people: Int, days: Int = 12, successful: Int = 2, _ top: [AccountUsage.Feature] = []
  ) -> AccountUsage {
    var usage = AccountUsage(account: "acct-a", at: end, policy: "p@1", stage: "active")
    usage.users.monthly = people
    usage.users.weekly = people
    usage.users.stickiness = 0.2
    usage.users.successful = successful
    usage.users.conversion = people > 0 ? Double(successful) / Double(people) : nil
    usage.activeDays = days
    usage.features = top.count
    usage.top = top
    usage.events = 60
    return usage
  }

  /// Two blocks of four weeks; eleven similar customers.
  private func report(
    _ first: AccountUsage?, _ last: AccountUsage?,
    comparisons: [(own: Double?, median: Double?)] = [], peers: Int = 11
  ) throws -> UsageReport {
    let what = ["people", "daily", "days", "features", "results"]
    return UsageReport(
      account: "acct-a", period: try ReportPeriod(from: end - .days(56), to: end), end: end,
      blocks: [
        UsageReport.Block(end: end - .days(28), usage: first, features: first?.features ?? 0),
        UsageReport.Block(end: end, usage: last, features: last?.features ?? 0),
      ], before: nil, weeks: [UsageReport.Week(end: end, people: last?.users.weekly, median: 7)],
      features: [], suggestions: [],
      comparisons: comparisons.enumerated().map { place, values in
        UsageReport.Comparison(
          what: what[place], kind: [1, 4].contains(place) ? .percent : .count, own: values.own,
          median: values.median)
      }, peers: peers, arePeersSimilar: true)
  }

  /// The page's words without its tags, each run of spaces as one.
  private func words(_ report: UsageReport, _ names: FeatureNames = FeatureNames()) -> String {
    UsageReportPage(report: report, names: names, customer: "Acme", vendor: "Us").html
      .replacing(/<style(?s:.*?)<\/style>|<\/?bdi>/, with: "").replacing(/<[^>]*>/, with: " ")
      .replacing(/\s+/, with: " ")
  }

  @Test(
    "the first sentence says how many people worked, and how that compares",
    arguments: [
      (5, 8, "8 people worked with the product on 12 days. That is 3 more people than"),
      (8, 5, "5 people worked with the product on 12 days. That is 3 fewer people than"),
      (5, 5, "5 people worked with the product on 12 days. That is as many people as"),
      (2, 1, "1 person worked with the product on 12 days. That is 1 fewer people than"),
    ])
  func lead(_ before: Int, _ now: Int, _ sentence: String) throws {
    let text = words(try report(usage(people: before), usage(people: now)))
    #expect(text.contains("In the four weeks to 31 March 2026, \(sentence)"), "\(text)")
  }

  @Test("each figure stands beside the one before")
  func glance() throws {
    let text = words(
      try report(
        usage(people: 1_300, days: 9, successful: 4), usage(people: 1_300, days: 20, successful: 7))
    )
    #expect(text.contains("People active 1 300 as before"))
    #expect(text.contains("Days with activity 20 before: 9"))
    #expect(text.contains("People who reached a result 7 before: 4"))
    // Without four weeks before there is nothing to compare with.
    let only = words(try report(nil, usage(people: 3)))
    #expect(only.contains("People active 3 in four weeks") && !only.contains("That is"))
    let none = words(try report(nil, nil))
    #expect(none.contains("There are no figures for this period yet."))
    #expect(!none.contains("At a glance"))
  }

  @Test("where one stands is said within a tenth of the median")
  func comparisons() throws {
    let text = words(
      try report(
        usage(people: 5), usage(people: 5),
        comparisons: [(12, 10), (0.2, 0.1), (11, 10), (8, 10), (nil, 0.5)]))
    #expect(text.contains("people 12 10 above the middle"))
    #expect(text.contains("daily 20 % 10 % above the middle"))
    #expect(text.contains("days 11 10 in the middle"))
    #expect(text.contains("features 8 10 room to grow"))
    #expect(text.contains("results – 50 %"))
    #expect(text.contains("half of 11 similar customers have more"))
    let alone = words(try report(usage(people: 5), usage(people: 5), peers: 0))
    #expect(!alone.contains("Compared with") && alone.contains("Let us talk about your goals."))
  }

  @Test("the next steps are those that the figures ask for, four at most")
  func steps() throws {
    var low = try report(
      usage(people: 5), usage(people: 5),
      comparisons: [(5, 10), (0.1, 0.3), (1, 10), (1, 10), (0.2, 0.4)])
    let advice = [
      "Invite more colleagues.", "Make it a daily habit.", "Help more people to a result.",
    ]
    let text = words(low)
    for sentence in advice { #expect(text.contains(sentence)) }
    #expect(text.contains("have 10 people active in four weeks (median); you have 5."))
    #expect(text.contains("20 % of your active people reached one"))
    #expect(!text.contains("Keep going."))
    low.suggestions = ["api_keys", "export", "alerts"].map { .init(name: $0, share: 0.42) }
    let more = words(low)
    #expect(more.contains("Try Api keys. 4 in 10 similar customers use it."))
    #expect(more.contains("Try Export.") && !more.contains("Try Alerts."))
    #expect(more.contains(advice[0]) && more.contains(advice[1]) && !more.contains(advice[2]))
    let well = words(
      try report(
        usage(people: 5), usage(people: 5),
        comparisons: [(10, 10), (0.3, 0.3), (10, 10), (10, 10), (0.4, 0.4)]))
    #expect(well.contains("Keep going."))
    for sentence in advice { #expect(!well.contains(sentence)) }
  }

  @Test("features by use: a dozen, under the sender's own words")
  func features() throws {
    var many = try report(usage(people: 5), usage(people: 5))
    many.features = (1...13).map {
      .init(name: "feature_\($0)", actions: 1_400 - $0, days: $0, conversion: nil)
    }
    let text = words(many, FeatureNames(labels: ["feature_2": "Notifications"]))
    #expect(text.contains("Feature 1 1 399 1 Notifications 1 398 2"))
    #expect(text.contains("Feature 12 ") && !text.contains("Feature 13 "))
    #expect(text.contains("1 more are not shown."))
    #expect(text.contains("You use everything that similar customers commonly use."))
    many.suggestions = nil
    #expect(!words(many).contains("Features still to discover"))
    many.features = []
    #expect(words(many).contains("No feature was used in this period."))
  }

  @Test("of results: how many people, and after which features they stand out")
  func results() throws {
    var some = try report(usage(people: 5), usage(people: 5, successful: 2))
    // The median is 0.4: only what is clearly above it, on days enough, is named.
    some.features = [
      .init(name: "export", actions: 90, days: 9, conversion: 0.8),
      .init(name: "import", actions: 80, days: 4, conversion: 0.9),
      .init(name: "search", actions: 70, days: 9, conversion: 0.4),
      .init(name: "share", actions: 60, days: 9, conversion: 0.44),
      .init(name: "print", actions: 50, days: 9, conversion: 0.1),
      .init(name: "sync", actions: 40, days: 9, conversion: 0.2),
      .init(name: "chat", actions: 30, days: 9, conversion: 0.3),
    ]
    let text = words(some)
    #expect(
      text.contains("2 people reached a result in the four weeks to 31 March 2026, 40 % of those"))
    let list = try #require(text.firstMatch(of: /of those with the feature (.*?) Next steps/)).1
    #expect(list == "Export 80 %", "\(list)")
    let none = words(try report(usage(people: 5), usage(people: 5, successful: 0)))
    #expect(none.contains("No result was recorded in the four weeks to 31 March 2026."))
  }
}
