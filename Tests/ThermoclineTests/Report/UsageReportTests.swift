import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import Thermocline

@Suite("Report for a customer", .timeLimit(.minutes(3)))
struct UsageReportTests {
  private static let names = FeatureNames(labels: ["alerts": "Notifications"])

  /// The newest record of an account up to a midnight, from the file's own text.
  private func record(_ records: [[String: Any]], _ at: EventTime) -> [String: Any]? {
    records.last { ($0["at"] as! String) <= at.description }
  }

  @Test(
    "quarterly report: history, medians of similar customers and next steps are those of the folder"
  )
  func itsFiguresAreThoseOfTheFolder() throws {
    let simulated = try SimulatedFolder()
    let period = try simulated.period
    let byAccount = Dictionary(grouping: try simulated.objects("usage")) {
      $0["account"] as! String
    }
    var tiers: [String: String] = [:]
    for score in try simulated.objects("scores") {
      tiers[score["account"] as! String] = score["tier"] as? String
    }
    var compared = 0
    for (account, records) in byAccount.sorted(by: { $0.key < $1.key }) {
      guard let last = record(records, period.to), (last["events"] as! Int) > 0 else { continue }
      let job = UsageReportJob(ReplayFolder(try simulated.path), account: account, period: period)
      let report = try job.report().0
      #expect(report.blocks.map(\.end) == [56, 28, 0].map { period.to - .days($0) })
      var actions: [String: Int] = [:]
      for block in report.blocks {
        let wanted = record(records, block.end)
        #expect(block.usage?.events == wanted?["events"] as? Int)
        let users = wanted?["users"] as? [String: Any]
        #expect(block.usage?.users.monthly == users?["monthly"] as? Int)
        #expect(block.usage?.users.successful == users?["successful"] as? Int)
        #expect(block.usage?.activeDays == wanted?["activeDays"] as? Int)
        let top = (wanted?["features"] as? [String: Any])?["top"] as? [[String: Any]] ?? []
        for feature in top where !FeatureNames.types.contains(feature["feature"] as! String) {
          actions[feature["feature"] as! String, default: 0] += feature["events"] as! Int
        }
      }
      #expect(
        Dictionary(uniqueKeysWithValues: report.features.map { ($0.name, $0.actions) }) == actions)
      #expect(report.weeks.count == 13)
      for week in report.weeks {
        let users = record(records, week.end)?["users"] as? [String: Any]
        #expect(week.people == users?["weekly"] as? Int)
      }
      // The medians, over the accounts of the tier, else over all.
      let others = byAccount.filter { $0.key != account }.compactMapValues {
        record($0, period.to)
      }.filter { ($0.value["events"] as! Int) > 0 }
      let same = others.filter { tiers[$0.key] == tiers[account] }
      let group = same.count >= 10 ? same : others
      #expect(report.peers == group.count && report.arePeersSimilar == (same.count >= 10))
      let days = group.values.map { $0["activeDays"] as! Int }.sorted()
      let middle = Double(days[(days.count - 1) / 2] + days[days.count / 2]) / 2
      #expect(report.comparisons[2].median == middle)
      func users(_ record: [String: Any], _ name: String) -> Double? {
        (record["users"] as? [String: Any])?[name] as? Double
      }
      for (place, name) in [(0, "monthly"), (1, "stickiness"), (4, "conversion")] {
        let values = group.values.compactMap { users($0, name) }.sorted()
        let middle = (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
        #expect(report.comparisons[place].own == users(last, name), "\(name)")
        #expect(report.comparisons[place].median == middle, "\(name)")
      }
      if report.arePeersSimilar { compared += 1 }
    }
    #expect(compared > 5)
  }

  /// Not in what is seen, and not in the page's source either.
  @Test func nothingInternalIsInThePage() throws {
    let simulated = try SimulatedFolder()
    let scores = try simulated.objects("scores")
    let accounts = scores.map { $0["account"] as! String }
    var pages = 0
    for score in scores {
      let account = score["account"] as! String
      var job = UsageReportJob(
        ReplayFolder(try simulated.path), account: account, period: try simulated.period)
      job.names = Self.names
      guard let page = try? job.page().html else { continue }
      pages += 1
      let words =
        /(?i)\b(score|scores|risk|churn\w*|alert\w*|band|bands|tier|revenue|red|yellow|green|polic\w+|health\w*|quadrant|segment|cac|ltv|enterprise|small|mid)\b/
      let text = page.replacing(/<style(?s:.*?)<\/style>|<meta[^>]*>/, with: "").replacing(
        /<\/?small>/, with: "")
      #expect(text.firstMatch(of: words) == nil, "\(text.firstMatch(of: words)?.output.0 ?? "")")
      for other in accounts where other != account { #expect(!page.contains(other)) }
      #expect(!page.contains("band-") && !page.contains("u-"), "no user, no class of a band")
      if let revenue = score["revenue"] as? Double, revenue >= 1_000 {
        #expect(!text.contains("\(Int(revenue))"))
      }
      #expect(!page.contains("://") && !page.contains("<script") && !page.contains("url("))
    }
    #expect(pages > 20)
  }

  /// One account and eleven like it, all at one midnight.
  private func folder(
    _ account: String = "acct-a", features: [String: [String]], used: Int? = nil
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    func quoted(_ text: String) throws -> String {
      String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
    let all = [account] + (1...11).map { "peer-\($0)" }
    let usage = try all.map { name in
      let list = features[name] ?? features["peer"] ?? []
      let top = try list.map {
        "{\"feature\":\(try quoted($0)),\"events\":30,\"days\":9,\"conversion\":0.5}"
      }
      return """
        {"account":\(try quoted(name)),"at":"2026-03-30T00:00:00.000Z","policy":"p@1","stage":"active",\
        "users":{"daily":2,"weekly":3,"monthly":5,"stickiness":0.2,"successful":2,"conversion":0.4},\
        "activeDays":12,"events":60,"features":{"used":\(used ?? list.count),"top":[\(top.joined(separator: ","))]},\
        "funnel":[],"retention":[],"onboardingStalled":null,"revenue":0,"cost":null,"costShare":null}
        """
    }
    _ = try folder.file("usage.ndjson", lines: usage)
    _ = try folder.file(
      "scores.ndjson",
      lines: try all.map {
        "{\"account\":\(try quoted($0)),\"at\":\"2026-03-30T00:00:00.000Z\",\"tier\":\"mid\"}"
      })
    return folder
  }

  private var quarter: ReportPeriod {
    get throws {
      try ReportPeriod(
        from: EventTime(year: 2026, month: 1, day: 1), to: EventTime(year: 2026, month: 4, day: 1))
    }
  }

  @Test func whatOthersUseIsSuggestedOnlyWhenTheOwnListIsWhole() throws {
    let lists = [
      "acct-a": ["export", "login"], "peer": ["export", "api_keys", "login", "payment"],
    ]
    let whole = try folder(features: lists)
    let job = UsageReportJob(ReplayFolder(whole.path), account: "acct-a", period: try quarter)
    let report = try job.report().0
    #expect(report.suggestions == [UsageReport.Suggestion(name: "api_keys", share: 1)])
    #expect(report.features.map(\.name) == ["export"])
    #expect(report.last.features == 1)
    let (page, notes) = try job.page()
    #expect(page.contains("Api keys") && page.contains("nearly all similar customers"))
    #expect(notes == ["the figures end on 2026-03-30, before --to"])
    let cut = try folder(features: lists, used: 7)
    let other = UsageReportJob(ReplayFolder(cut.path), account: "acct-a", period: try quarter)
    #expect(try other.report().0.suggestions == nil)
    #expect(try other.page().notes.contains { $0.contains("top_features") })
  }

  @Test(arguments: hostileNames)
  func aPageHasNoTagOfAName(name: String) throws {
    func page(_ name: String) throws -> String {
      let folder = try folder(name, features: [name: [name], "peer": ["x-" + name]])
      defer { withExtendedLifetime(folder) {} }
      var job = UsageReportJob(ReplayFolder(folder.path), account: name, period: try quarter)
      job.vendorName = name
      return try job.page().html
    }
    let wanted = pageTags(try page("harmless"))
    #expect(wanted.count > 100)
    let hostile = try page(name)
    #expect(pageTags(hostile) == wanted)
    let hasHidden = hostile.unicodeScalars.contains {
      $0.properties.generalCategory == .format
        || $0.properties.generalCategory == .control && $0 != "\n"
    }
    #expect(!hasHidden)
  }

  @Test func whatCannotBeReportedIsSaidWithItsRemedy() throws {
    let folder = try folder(features: ["peer": ["export"]])
    func failure(_ account: String, _ from: Int, in path: String? = nil) throws -> JobFailure? {
      let start = EventTime(year: from, month: 1, day: 1)
      let job = UsageReportJob(
        ReplayFolder(path ?? folder.path), account: account,
        period: try ReportPeriod(from: start, to: start + .days(90)))
      do throws(JobFailure) {
        _ = try job.page()
        return nil
      } catch { return error }
    }
    #expect(try failure("acct-a", 2026) == nil)
    let unknown = try #require(try failure("peer-12", 2026))
    #expect(unknown.status == .noInput)
    #expect(unknown.message.hasSuffix("did you mean peer-1, peer-10, peer-11?"), "\(unknown)")
    let early = try #require(try failure("acct-a", 2025))
    #expect(early.status == .badData && early.message.contains("from 2026-03-30 to 2026-03-30"))
    let nowhere = try #require(try failure("acct-a", 2026, in: folder.path + "/no"))
    #expect(nowhere.status == .noInput && nowhere.message.contains("/no/scores.ndjson"))
    _ = try folder.file("usage.ndjson", lines: ["{}"])
    let broken = try #require(try failure("acct-a", 2026))
    #expect(broken.status == .badData && broken.message.contains("usage.ndjson:1: "))
    #expect(throws: JobFailure.self) {
      try ReportPeriod(
        from: EventTime(year: 2026, month: 1, day: 1), to: EventTime(year: 2026, month: 1, day: 20))
    }
  }
}
