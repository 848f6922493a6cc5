import Foundation
import Testing
import ThermoclineCore
import ThermoclineKafka
import ThermoclineTestKit

@testable import Thermocline

@Suite(
  "Command report", .timeLimit(.minutes(3)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
struct ReportCommandTests {
  @Test func aPageIsWrittenForEachReader() throws {
    let simulated = try SimulatedFolder()
    let period = try simulated.period
    let account = try #require(try simulated.objects("scores").first?["account"] as? String)
    let folder = try TemporaryFolder()
    let page = folder.path + "/page.html"
    let days = [
      "--replay", try simulated.path, "--from", PlainDate.short(period.from), "--to",
      PlainDate.short(period.to), "--output", page,
    ]
    for whom in [["--account", account, "--customer-name", "Contoso"], ["--portfolio"]] {
      let run = try Executable.run(["report"] + whom + days)
      #expect(run.status == 0, "\(run.standardError)")
      #expect(run.standardOutput == "written to \(page)\n")
      #expect(try folder.text("page.html").hasSuffix("</html>\n"))
    }
    #expect(try folder.names() == ["page.html"])
    let broker = try simulated.broker()
    let fromTopics = ["--brokers", broker.bootstrapServers] + days.dropFirst(2)
    for whom in [["--account", account], ["--portfolio"]] {
      #expect(try Executable.run(["report"] + whom + days).status == 0)
      let wanted = try folder.text("page.html")
      let run = try Executable.run(["report"] + whom + fromTopics)
      #expect(run.status == 0 && !run.standardError.contains("\r"), "\(run.standardError)")
      #expect(try folder.text("page.html") == wanted)
    }
    let nobody = try Executable.run(
      ["report", "--portfolio", "--brokers", "127.0.0.1:1"] + days.dropFirst(2))
    #expect(nobody.status == 69 && nobody.standardError.contains("kafka.brokers"))
    let cases: [([String], Int32, String)] = [
      ([], 64, "--portfolio"), (["--account", account, "--portfolio"], 64, "--portfolio"),
      (["--account", account, "--cac", "mid=1"], 64, "no money"),
      (["--portfolio", "--cac", "mid"], 64, "--labels"),
      (["--portfolio", "--cac", "mid", "--labels", "x"], 64, "name=value"),
      (["--portfolio", "--brokers", "127.0.0.1:1"], 64, "--replay takes the place"),
      (["--account", account + "x"], 66, "did you mean \(account)"),
    ]
    for (arguments, status, part) in cases {
      let run = try Executable.run(["report"] + arguments + days)
      #expect(run.status == status && run.standardError.contains(part), "\(run.standardError)")
    }
    #expect(
      try Executable.run(["report", "--portfolio"] + days.dropLast() + ["/no/p.html"]).status == 73)
  }
}
