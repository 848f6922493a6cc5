import Foundation
import Testing
import ThermoclineNotify
import ThermoclineServer

@testable import Thermocline

/// What stands in deploy/ and docs/ about metrics and alerts is held against the program.
@Suite struct DeployFilesTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func read(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
  }

  /// Names of metrics in a text, without what a histogram's samples add.
  private func metrics(_ text: String) -> Set<String> {
    let names = text.matches(of: /\b(?:thermocline|process)_[a-z_]+\b/).map { String($0.output) }
    return Set(
      names.map { name in
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
          return String(name.dropLast(suffix.count))
        }
        return name
      })
  }

  private var alerts: [String] {
    get throws {
      try read("deploy/prometheus/alerts.yaml").matches(of: /- alert: (\w+)/).map {
        String($0.output.1)
      }
    }
  }

  @Test(arguments: [
    "deploy/prometheus/alerts.yaml", "deploy/grafana/thermocline.json",
    "deploy/kubernetes/autoscaling.yaml", "docs/runbook.md", "docs/operating.md",
    "docs/notify.md",
  ])
  func everyMetricTheyNameExists(_ path: String) throws {
    let known = Set(
      MetricName.allCases.map(\.rawValue) + NotifyMetricName.allCases.map(\.rawValue))
    let named = metrics(try read(path))
    #expect(!named.isEmpty)
    #expect(named.subtracting(known).sorted() == [])
  }

  /// A rule over a label, or a value of one, that no series has would never fire.
  @Test func everyLabelThatTheRulesSelectIsInTheExposition() throws {
    let pages = [JobMetrics.page(.healthy()), NotifyMetrics.page([SinkSnapshot("a", .slack)])]
    let samples = try pages.flatMap { try Exposition($0).families.flatMap(\.samples) }
    // `up` is Prometheus' own.
    let selectors = try
      (read("deploy/prometheus/alerts.yaml")
      + read("deploy/prometheus/alerts-test.yaml"))
      .matches(of: /\b(thermocline_\w+)(?:\{([^}]*)\})?/)
    #expect(selectors.count > 60)
    for selector in selectors {
      let named = samples.filter { $0.name == selector.output.1 }
      #expect(!named.isEmpty, "\(selector.output.0)")
      let conditions = (selector.output.2 ?? "").matches(of: /(\w+)=(~?)"([^"]*)"/)
      for condition in conditions {
        let (label, value) = (String(condition.output.1), String(condition.output.3))
        // Those of the scrape, and those whose values are the user's.
        if ["job", "instance"].contains(label) { continue }
        let values = Set(named.compactMap { $0.labels[label] })
        #expect(!values.isEmpty, "\(selector.output.0): no label \(label)")
        if ["topic", "partition", "sink", "le"].contains(label) { continue }
        let wanted =
          condition.output.2.isEmpty ? [value] : value.split(separator: "|").map(String.init)
        #expect(values.isSuperset(of: wanted), "\(selector.output.0): \(values.sorted())")
      }
    }
  }

  @Test func everyRuleHasATestInWhichItFiresAndOneInWhichItIsQuiet() throws {
    let text = try read("deploy/prometheus/alerts-test.yaml")
    let firing = text.matches(of: /alertname: (\w+)\n\s+exp_alerts:/).map { String($0.output.1) }
    let quiet = text.matches(of: /\{eval_time: \w+, alertname: (\w+)\}/).map { String($0.output.1) }
    #expect(try Set(firing) == Set(alerts))
    #expect(try Set(quiet) == Set(alerts))
  }

  @Test(
    .enabled(
      if: Executable.find("promtool") != nil,
      "promtool (Debian's package prometheus) is not installed: skipped"))
  func theRulesFireWhenTheyShould() throws {
    let promtool = try #require(Executable.find("promtool"))
    let tests = Self.root.appending(path: "deploy/prometheus/alerts-test.yaml").path
    let end = try Executable.Started(promtool, ["test", "rules", tests], nil, [:]).wait()
    #expect(end.status == 0, "\(end.standardOutput) \(end.standardError)")
  }

  /// What a manifest sets must be what the program takes: a property that the job owns ends it at once.
  @Test(arguments: ["deploy/kubernetes/thermocline.yaml"])
  func everySettingOfAManifestIsTaken(_ path: String) throws {
    let text = try read(path).replacing("$(POD_NAME)", with: "thermocline-0")
    let pairs = text.matches(of: /- name: (THERMOCLINE_\w+)\n\s+value: (.+)\n/).map {
      (String($0.1), String($0.2).trimmingCharacters(in: ["\""]))
    }
    let environment = Dictionary(uniqueKeysWithValues: pairs)
    var taken = ConfigurationOverride.all { environment[$0] }
    #expect(!taken.isEmpty && Set(taken.map(\.origin)) == Set(environment.keys))
    var configuration = JobConfiguration()
    taken.sort { $0.key < $1.key }
    #expect(throws: Never.self) { try configuration.apply(taken) }
  }

  @Test func theDashboardIsJSONAndItsPanelsDoNotOverlap() throws {
    let text = try read("deploy/grafana/thermocline.json")
    let board = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let panels = try #require(board["panels"] as? [[String: Any]])
    var taken: Set<[Int]> = []
    for panel in panels {
      let place = try #require(panel["gridPos"] as? [String: Int])
      for x in place["x"]!..<place["x"]! + place["w"]! {
        for y in place["y"]!..<place["y"]! + place["h"]! {
          #expect(x < 24 && taken.insert([x, y]).inserted)
        }
      }
    }
    #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
  }

  @Test func everyAlertHasItsEntryInTheRunbookAndNoOther() throws {
    let headings = try read("docs/runbook.md").matches(of: /(?m)^## (\w+)$/).map {
      String($0.output.1)
    }
    #expect(try alerts == headings)
    let links = try read("deploy/prometheus/alerts.yaml")
      .matches(of: /runbook: docs\/runbook\.md#(\w+)/).map { String($0.output.1) }
    #expect(try links == alerts.map { $0.lowercased() })
  }

  /// Files that stand inside a Kubernetes manifest, by their names.
  private func embedded(_ path: String) throws -> [String: String] {
    let blocks = try read(path).matches(of: /(?m)^  ([a-z]+\.yaml): \|\n((?:    .*\n)+)/)
    return Dictionary(
      uniqueKeysWithValues: blocks.map { block in
        let lines = block.2.split(separator: "\n").map { $0.dropFirst(4) }
        return (String(block.1), lines.joined(separator: "\n"))
      })
  }

  @Test func theConfigurationsInsideAreTaken() throws {
    let job = try #require(try embedded("deploy/kubernetes/thermocline.yaml")["thermocline.yaml"])
    let listens = try JobConfigurationFile.read(job, file: "thermocline.yaml").server.listen?.port
    #expect(listens == 9_600)
    let notify = try #require(try embedded("deploy/kubernetes/notify.yaml")["notify.yaml"])
    for text in [notify, try read("deploy/compose/notify.yaml")] {
      let configuration = try NotifyConfigurationFile.read(text, file: "/etc/notify.yaml")
      #expect(configuration.sinks.first?.name == "alertmanager")
      #expect(configuration.base.server.listen?.port == 9_602)
    }
  }

  /// A pod may have to take all partitions over: tables that grow want as much again for the moment.
  @Test func theManifestsMemoryIsEnoughForItsPartitions() throws {
    let manifest = try read("deploy/kubernetes/thermocline.yaml")
    let partitions = try #require(manifest.firstMatch(of: /all (\d+) partitions/))
    let limit = try #require(manifest.firstMatch(of: /limits: \{memory: (\d+)Gi\}/))
    let inside = try #require(
      try embedded("deploy/kubernetes/thermocline.yaml")["thermocline.yaml"])
    let each = try JobConfigurationFile.read(inside, file: "a.yaml").processing.bytesMax
    let input = 262_144 * 1_024
    #expect(2 * Int(partitions.1)! * each + input < Int(limit.1)! << 30)
  }

  @Test func noTwoProcessesListenAtTheSamePort() throws {
    let dashboard = try #require(
      try read("docs/dashboard.md").firstMatch(of: /127\.0\.0\.1:(\d+)/))
    let ports = [
      JobConfiguration().server.listen?.port, NotifyConfiguration().base.server.listen?.port,
      Int(dashboard.1),
    ]
    #expect(Set(ports) == [9_600, 9_601, 9_602])
  }

  @Test func everyReasonHasItsLineInTheRunbook() throws {
    let runbook = try read("docs/runbook.md")
    for reason in Readiness.Reason.allCases where reason != .rebuilding {
      #expect(runbook.contains("| `\(reason.rawValue)` |"), "\(reason)")
    }
  }

  @Test func theTableOfMetricsIsTheProgramsOwn() throws {
    let rows = try read("docs/metrics.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
    let expected = MetricName.allCases.map { metric in
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      let cells = [
        "`\(metric.rawValue)`", metric.kind.rawValue, labels.isEmpty ? "–" : labels, metric.help,
      ]
      return "| \(cells.joined(separator: " | ")) |"
    }
    #expect(rows.map(String.init) == expected)
  }
}
