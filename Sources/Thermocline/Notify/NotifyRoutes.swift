package import ThermoclineServer

/// What a platform asks a running notifier: `/metrics`, `/livez` and `/readyz`.
package struct NotifyRoutes: Routes {
  private let certificate: CertificateHolder?
  private let observe: @Sendable () -> [SinkSnapshot]

  /// A sink that has not looked after its topic for so long hangs; requests take a minute at most.
  private static let idleNanosecondsMax: UInt64 = 180_000_000_000

  /// `certificate`: what the notifier's server shows; nil = without TLS.
  package init(
    certificate: CertificateHolder? = nil, _ observe: @escaping @Sendable () -> [SinkSnapshot]
  ) {
    self.certificate = certificate
    self.observe = observe
  }

  package func add(to table: inout RouteTable) {
    table.on(.get, "/metrics") { [certificate, observe] _ in
      let page = NotifyMetrics.page(
        observe(), certificateExpires: certificate?.current.expires)
      return ServerReply(type: MetricsPage.type, Array(page.utf8))
    }
    table.on(.get, "/livez", access: .open) { [observe] _ in
      let hanging = observe().filter { $0.idleNanoseconds > Self.idleNanosecondsMax }
      guard !hanging.isEmpty else { return .text("alive") }
      return .text("hanging: " + hanging.map(\.name).joined(separator: ", "), status: 503)
    }
    table.on(.get, "/readyz", access: .open) { [observe] _ in
      let waiting = observe().filter { !$0.isReady }
      guard !waiting.isEmpty else { return .text("ready") }
      return .text(
        "reading what was before: " + waiting.map(\.name).joined(separator: ", "), status: 503)
    }
  }
}
