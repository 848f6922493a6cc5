import Foundation
import Testing
import ThermoclineServer
import ThermoclineTestKit

@testable import Thermocline

/// A Prometheus that scrapes one address every 200 ms and evaluates the rules of deploy/ as often.
struct Prometheus {
  /// What it shows to whom it scrapes.
  static let token = "0123456789abcdef"
  static var isInstalled: Bool { Executable.find("prometheus") != nil }

  private let program: ListeningProgram

  init(scraping target: ListenAddress, as job: String) throws {
    let path = try #require(Executable.find("prometheus"))
    let rules = packageRoot.appending(path: "deploy/prometheus/alerts.yaml").path
    program = try ListeningProgram(path) { folder in
      _ = try folder.file("token", lines: [Self.token])
      let configuration = try folder.file(
        "prometheus.yaml",
        lines: [
          "global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}",
          "rule_files: ['\(rules)']",
          "scrape_configs:",
          "  - job_name: \(job)",
          "    authorization: {credentials_file: token}",
          "    static_configs: [{targets: ['\(target)']}]",
        ])
      return [
        "--config.file=\(configuration)", "--storage.tsdb.path=\(folder.path)/data",
        "--web.listen-address=127.0.0.1:0",
      ]
    }
  }

  /// The `data` of an answer of its API.
  private func ask(_ path: String) async throws -> [String: Any] {
    // HTTP/1.0, so that the answer comes in one piece.
    let request = "GET /api/v1/\(path) HTTP/1.0\r\nHost: localhost\r\n\r\n"
    var reply = TestReply(try await TestClient.exchange(program.address.port, request))
    // It listens before it has opened its storage.
    while reply.status == 503 {
      try await Task.sleep(for: .milliseconds(50))
      reply = TestReply(try await TestClient.exchange(program.address.port, request))
    }
    let answer = try JSONSerialization.jsonObject(with: Data(reply.body.utf8))
    return (answer as? [String: Any])?["data"] as? [String: Any] ?? [:]
  }

  /// The value of an expression that gives one series at most.
  func value(_ expression: String) async throws -> Double? {
    let query = try #require(
      expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    let result = try await ask("query?query=\(query)")["result"] as? [[String: Any]] ?? []
    #expect(result.count <= 1, "\(expression)")
    return ((result.first?["value"] as? [Any])?.last as? String).flatMap { Double($0) }
  }

  /// All rules as they stand: name, health and last error.
  func rules() async throws -> [(name: String, health: String, error: String)] {
    let groups = try await ask("rules")["groups"] as? [[String: Any]] ?? []
    return groups.flatMap { $0["rules"] as? [[String: Any]] ?? [] }.map { rule in
      (
        rule["name"] as? String ?? "", rule["health"] as? String ?? "",
        rule["lastError"] as? String ?? ""
      )
    }
  }
}
