package import ThermoclineServer

/// What a platform asks a running notifier: `/metrics`, `/livez` and `/readyz`.
package struct NotifyRoutes: Routes {
  private let observe: @Sendable () -> [SinkSnapshot]

  /// A sink that has not looked after its topic for so long hangs; requests take a minute at most.
  private static let idleNanosecondsMax: UInt64 = 180_000_000_000

  package init(_ observe: @escaping @Sendable () -> [SinkSnapshot]) { self.observe = observe }

  package func add(to table: inout RouteTable) {
    table.on(.get, "/metrics") { [observe] _ in
      ServerReply(type: MetricsPage.type, Array(NotifyMetrics.page(observe()).utf8))
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
