import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import Thermocline

@Suite("Portfolio review", .timeLimit(.minutes(3)))
struct PortfolioReviewTests {
  @Test func itsFiguresAreThoseOfTheFolder() throws {
    let simulated = try SimulatedFolder()
    let period = try simulated.period
    let (review, notes) = try PortfolioReviewJob(ReplayFolder(try simulated.path), period: period)
      .review()
    #expect(notes == [])
    let (from, to) = (period.from.description, period.to.description)
    let portfolio = try simulated.objects("rollups").filter {
      let at = ($0["at"] as! String)
      return ($0["segment"] as! String) == "portfolio" && at >= from && at <= to
    }
    #expect(review.days.count == portfolio.count && portfolio.count == 85)
    for (day, wanted) in zip(review.days, portfolio) {
      #expect(day.redShare == wanted["redShare"] as? Double)
      #expect(Double(day.revenueAtRisk) / 100 == wanted["revenueAtRisk"] as? Double)
    }
    // Who is at risk: the newest change of each account up to the end, and the newest word of each alert.
    var bands: [String: String] = [:]
    for change in try simulated.objects("score-changes") where (change["at"] as! String) <= to {
      let byHand = change["override"] as? [String: Any]
      bands[change["account"] as! String] = byHand?["band"] as? String ?? change["band"] as? String
    }
    var states: [String: (account: String, state: String)] = [:]
    for alert in try simulated.objects("alerts") where (alert["at"] as! String) <= to {
      states[alert["fingerprint"] as! String] = (
        alert["account"] as! String, alert["state"] as! String
      )
    }
    let open = Set(
      states.values.filter { $0.state != "resolved" && !$0.account.isEmpty }.map(\.account))
    let wanted = open.union(bands.filter { $0.value == "red" }.keys)
    #expect(Set(review.risks.map(\.score.account)) == wanted)
    #expect(!wanted.isEmpty && wanted.count < bands.count)
    let page = PortfolioReviewPage(review: review).html
    #expect(review.risks.allSatisfy { page.contains($0.score.account) })
    #expect(!page.contains("://") && !page.contains("<script"))
  }

  /// Two accounts of one tier: one stays for the 60 days, one leaves after 30 of them.
  private func folder(
    _ name: String = "one", hasRevenue: Bool = true, overridden: String = ""
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let quoted = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
    func score(_ account: String, _ at: String, _ revenue: Int) -> String {
      """
      {"account":\(account),"at":"2026-\(at)T00:00:00.000Z","policy":"p@1","score":20,"band":"red","tier":\(quoted),"stage":\(quoted),\
      "revenue":\(hasRevenue ? revenue : 0),"summary":\(quoted)}
      """
    }
    let lines = [score(quoted, "03-02", 1_000), score("\"two\"", "03-02", 400)]
    _ = try folder.file("scores.ndjson", lines: lines)
    _ = try folder.file("score-changes.ndjson", lines: [score(quoted, "01-01", 1_000)])
    _ = try folder.file(
      "alerts.ndjson",
      lines: [
        """
        {"fingerprint":"f1","account":\(quoted),"rule":\(quoted),"state":"firing","severity":"error","at":"2026-02-01T00:00:00.000Z",\
        "startsAt":"2026-02-01T00:00:00.000Z","endsAt":null,"cause":{"verdict":\(quoted),"parts":{}},"summary":\(quoted)}
        """
      ])
    func rollup(_ day: String) -> String {
      """
      {"segment":"portfolio","at":"2026-\(day)T00:00:00.000Z","policy":"p@1","accounts":2,"scored":2,"bands":{"red":2,"green":0},\(overridden)\
      "quadrants":{},"score":{"mean":20,"p10":20,"p50":20,"p90":20},"revenue":\(hasRevenue ? 1_400 : 0),"revenueAtRisk":\(hasRevenue ? 1_400 : 0),"redShare":1,"redTrend":0}
      """
    }
    _ = try folder.file("rollups.ndjson", lines: [rollup("01-01"), rollup("03-02")])
    _ = try folder.file("labels.csv", lines: ["account,churned", "two,2026-01-31"])
    return folder
  }

  private var twoMonths: ReportPeriod {
    get throws {
      let start = EventTime(year: 2026, month: 1, day: 1)
      return try ReportPeriod(from: start, to: start + .days(60))
    }
  }

  @Test func worthIsReckonedFromLeaversAndMonths() throws {
    let folder = try folder()
    var job = PortfolioReviewJob(ReplayFolder(folder.path), period: try twoMonths)
    job.cac = ["one": 5_000]
    job.labels = folder.path + "/labels.csv"
    job.margin = 0.5
    let worth = try #require(try job.review().0.worths.first)
    // 60 and 30 days make 90 days; one left of them; one that pays 1,000 a month is there.
    let months = 90 / (365.0 / 12)
    #expect(worth.left == 1 && worth.accounts == 1 && worth.revenue == 1_000)
    #expect(abs(worth.months - months) < 1e-9)
    #expect(abs(worth.value! - 1_000 * 0.5 * months) < 1e-6)
    #expect(abs(worth.ratio! - 1_000 * 0.5 * months / 5_000) < 1e-9)
    job.labels = nil
    #expect(throws: JobFailure.self) { try job.review() }
    job.labels = folder.path + "/labels.csv"
    job.cac = ["none": 1]
    #expect(throws: JobFailure.self) { try job.review() }
  }

  @Test func missingMidnightsAreSaid() throws {
    let folder = try folder()
    let job = PortfolioReviewJob(ReplayFolder(folder.path), period: try twoMonths)
    let (page, notes) = try job.page()
    #expect(
      notes == [
        "\(folder.path)/rollups.ndjson has figures of 2 of the 61 midnights of the period, the first of 2026-01-01"
      ])
    #expect(page.contains("figures of 2 of the 61 midnights"))
  }

  @Test func withoutLeaversThereIsNoRatio() {
    let worth = PortfolioReview.Worth(
      tier: "one", accounts: 3, revenue: 10, left: 0, months: 9, margin: 1, cac: 5)
    #expect(worth.leaving == 0 && worth.value == nil && worth.ratio == nil)
  }

  @Test(arguments: hostileNames)
  func aPageHasNoTagOfAName(name: String) throws {
    func page(_ name: String) throws -> String {
      let folder = try folder(name)
      defer { withExtendedLifetime(folder) {} }
      return try PortfolioReviewJob(ReplayFolder(folder.path), period: try twoMonths).page().html
    }
    let wanted = pageTags(try page("harmless"))
    #expect(wanted.count > 80)
    #expect(pageTags(try page(name)) == wanted)
  }

  @Test("without profiles there is no revenue, and the page is silent about it")
  func withoutRevenue() throws {
    func page(hasRevenue: Bool) throws -> String {
      let folder = try folder(hasRevenue: hasRevenue)
      defer { withExtendedLifetime(folder) {} }
      return try PortfolioReviewJob(ReplayFolder(folder.path), period: try twoMonths).page().html
    }
    let with = try page(hasRevenue: true)
    #expect(with.contains("Revenue at risk a month") && with.contains("most revenue first"))
    let without = try page(hasRevenue: false)
    #expect(!without.localizedCaseInsensitiveContains("revenue"))
    #expect(without.contains("Accounts at risk") && without.contains("Median score"))
    // A table whose rows fit its head.
    #expect(
      without.components(separatedBy: "<th scope=\"col\"").count
        < with.components(separatedBy: "<th scope=\"col\"").count)
  }

  @Test("where people say another band than the scores, the share with theirs is said beside it")
  func overridden() throws {
    let said = "50.0 % with the band that people say of 1"
    for overridden in [
      "", #""overridden":{"red":0,"green":1},"effectiveBands":{"red":1,"green":1},"#,
    ] {
      let folder = try folder(overridden: overridden)
      let page = try PortfolioReviewJob(ReplayFolder(folder.path), period: try twoMonths).page()
      #expect(page.html.replacing(/\s/, with: " ").contains(said) == !overridden.isEmpty)
    }
  }

  @Test func anEmptyPeriodIsSaidWithTheDaysThereAre() throws {
    let start = EventTime(year: 2027, month: 1, day: 1)
    let folder = try folder()
    let job = PortfolioReviewJob(
      ReplayFolder(folder.path), period: try ReportPeriod(from: start, to: start + .days(60)))
    let error = #expect(throws: JobFailure.self) { try job.review() }
    #expect(error?.status == .badData)
    #expect(error?.message.contains("from 2026-01-01 to 2026-03-02") == true)
  }
}
