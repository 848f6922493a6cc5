package import Logging
package import ThermoclineServer

/// The dashboard as a whole: pages, API and live updates on one address.
package final class Dashboard: Sendable {
  private let server: HTTPServer
  private let hub: LiveHub
  private static let beatSeconds = 10

  /// Listens nowhere yet; `certificate`: nil = without TLS. Throws where others could reach an address without a token.
  package init(
    _ context: DashboardContext, on address: ListenAddress, token: AccessToken?,
    certificate: CertificateHolder? = nil, limits: ServerLimits = ServerLimits(), log: Logger
  ) throws(ServerError) {
    hub = context.hub
    var routes = RouteTable()
    routes.on(.get, "/livez", access: .open) { _ in .text("alive") }
    routes.on(.get, "/readyz", access: .open) { _ in Self.readiness(context.feed()) }
    routes.add(APIRoutes(context))
    routes.add(PageRoutes(context))
    server = try HTTPServer(
      address, token: token, certificate: certificate, routes: routes, limits: limits, log: log)
  }

  /// Tells nothing of accounts: whoever can connect may ask.
  private static func readiness(_ feed: FeedState) -> ServerReply {
    if feed.problem != nil { return .text("the topics are not followed now", status: 503) }
    return feed.isCaughtUp ? .text("ready") : .text("still reading the topics", status: 503)
  }

  /// Begins to listen and says where.
  package func start() async throws(ServerError) -> ListenAddress {
    let address = try await server.start()
    let beating = Task { [weak hub] in
      while !Task.isCancelled, let hub {
        hub.beat()
        try await Task.sleep(for: .seconds(Self.beatSeconds))
      }
    }
    beat.set(beating)
    return address
  }

  private let beat = BeatTask()

  /// Ends all readers and closes everything.
  package func stop() async {
    beat.set(nil)
    hub.close()
    await server.stop()
  }
}
