import Foundation
import Logging
import Testing
import ThermoclineCore
import ThermoclineKafka
import ThermoclineNotify
import ThermoclineServer

@testable import Thermocline

/// A real Prometheus scrapes a notifier whose sink is not there.
@Suite(
  .timeLimit(.minutes(3)),
  .enabled(
    if: Prometheus.isInstalled, "prometheus (a Debian package) is not installed: skipped"))
struct NotifyPrometheusTests: NotifyTesting {
  let broker: EmbeddedBroker

  init() throws {
    broker = try EmbeddedBroker(topics: [("health-alerts", 2), ("health-dead-letters", 1)])
  }

  @Test func everySeriesOfTheRulesIsThere() async throws {
    var sink = NotifyConfiguration.Sink("crm", .webhook)
    sink.url = .plain("http://127.0.0.1:1/")
    sink.gather = TimeSpan(milliseconds: 10)
    sink.retryMax = .seconds(1)
    try publish([alert(1), alert(2)])
    let running = try start(configuration([sink]))
    var routes = RouteTable()
    routes.add(NotifyRoutes { [job = running.job] in job.snapshots })
    let server = try HTTPServer(
      ListenAddress(host: "127.0.0.1", port: 0), token: AccessToken(Prometheus.token),
      routes: routes, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let address = try await server.start()
    var failure: (any Error)?
    do { try await look(try Prometheus(scraping: address, as: "thermocline-notify")) } catch {
      failure = error
    }
    #expect(running.stop() == nil)
    await server.stop()
    if let failure { throw failure }
  }

  private func look(_ prometheus: Prometheus) async throws {
    let failing = "max(thermocline_notify_failing_seconds{sink=\"crm\"}) > 0"
    while try await prometheus.value(failing) == nil {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try await prometheus.value("up{job=\"thermocline-notify\"}") == 1)
    #expect(try await prometheus.value("sum(thermocline_notify_lag_records)") == 2)
    #expect(
      try await prometheus.value(
        "sum(thermocline_notify_failures_total{reason=\"connection\"}) > 0") != nil)
    // A rule over a series that is not there would never fire.
    let text = try String(
      contentsOf: packageRoot.appending(path: "deploy/prometheus/alerts.yaml"), encoding: .utf8)
    let names = Set(text.matches(of: /thermocline_notify_[a-z_]+/).map { String($0.output) })
    #expect(names.count == 6)
    for name in names { #expect(try await prometheus.value("count(\(name))") != nil, "\(name)") }
  }
}
