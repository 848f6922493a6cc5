internal import ThermoclineKafka
package import ThermoclineServer

/// What a platform asks a running job: `/metrics`, `/livez`, `/readyz` and `/status`; and `/drain`, which ends it.
package struct OperationRoutes: Routes {
  private let observe: @Sendable () -> JobObservation
  private let drain: @Sendable () -> Void

  package init(
    drain: @escaping @Sendable () -> Void = {}, _ observe: @escaping @Sendable () -> JobObservation
  ) {
    self.drain = drain
    self.observe = observe
  }

  package func add(to table: inout RouteTable) {
    table.on(.get, "/metrics") { [observe] _ in
      ServerReply(type: MetricsPage.type, Array(JobMetrics.page(observe()).utf8))
    }
    table.on(.get, "/livez", access: .open) { [observe] _ in
      guard let reason = Readiness.deadReason(observe()) else { return .text("alive") }
      return .text(reason, status: 503)
    }
    table.on(.get, "/readyz", access: .open) { [observe] _ in
      let findings = Readiness.findings(observe())
      guard !findings.isEmpty else { return .text("ready") }
      let text = findings.map { "\($0.reason.rawValue): \($0.text)" }.joined(separator: "\n")
      return .text(text, status: 503)
    }
    // Asked again it says how far that is.
    table.on(.post, "/drain") { [observe, drain] _ in
      drain()
      let feeder = observe().feeder
      return .text(
        "draining: \(feeder.drainedCount ?? 0) of \(feeder.partitions.count) partitions have their last checkpoint",
        status: 202)
    }
    table.on(.get, "/status") { [observe] request in
      let wantsText =
        request.query("format") == "text" || request.headers["accept"]?.contains("text/") == true
      return wantsText
        ? ServerReply(
          type: "text/plain; charset=utf-8", Array(StatusText.text(observe()).utf8))
        : .json(200, StatusReport.json(observe()))
    }
  }
}
