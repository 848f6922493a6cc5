import Foundation
import Testing
import ThermoclineCore
import ThermoclineNotify

@testable import Thermocline

@Suite struct NotifyMetricsTests {
  @Test("the table of metrics in docs/notify.md is the program's own")
  func metrics() throws {
    let text = try String(
      contentsOf: packageRoot.appending(path: "docs/notify.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `thermocline_") }
    let expected = NotifyMetricName.allCases.map { metric in
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      let shown = labels.isEmpty ? "–" : labels
      return "| `\(metric.rawValue)` | \(metric.kind.rawValue) | \(shown) | \(metric.help) |"
    }
    #expect(rows.map(String.init) == expected)
    let exposition = try Exposition(
      NotifyMetrics.page(
        [SinkSnapshot("a", .slack)], certificateExpires: EventTime(milliseconds: 1_000)))
    let written = Set(exposition.families.map(\.name))
    #expect(
      written.union(["thermocline_notify_failures_total"])
        == Set(NotifyMetricName.allCases.map(\.rawValue)))
  }

  @Test("each figure of a sink stands under its name")
  func figures() throws {
    var sink = SinkSnapshot("hook", .webhook)
    (sink.open, sink.forgotten, sink.missed, sink.lag) = (1, 2, 3, 4)
    (sink.waiting, sink.waitingSeconds, sink.failingSeconds, sink.partitions) = (5, 6, 7, 8)
    let page = try Exposition(NotifyMetrics.page([sink]))
    for (name, value) in [
      ("alerts_open", 1.0), ("alerts_forgotten_total", 2), ("missed_total", 3), ("lag_records", 4),
      ("waiting", 5), ("waiting_seconds", 6), ("failing_seconds", 7), ("partitions", 8),
    ] { #expect(page.value("thermocline_notify_" + name, ["sink": "hook"]) == value, "\(name)") }
  }
}
