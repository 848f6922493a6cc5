internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Serves HTTP/1.1, over TLS where it has a certificate, on one address with one thread of its own. For one start and one stop.
package final class HTTPServer: Sendable {
  private let address: ListenAddress
  private let limits: ServerLimits
  private let certificate: CertificateHolder?
  private let answerer: RequestAnswerer
  private let log: Logger
  private let table: ConnectionTable
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let state = Mutex(State())

  private struct State {
    var server: Server<ConnectionSetup>?
    var running: Task<Void, any Error>?
  }

  /// Listens nowhere yet; `certificate`: nil = without TLS. Throws where others could reach an address without a token:
  /// TLS says who serves, not who may ask.
  package init(
    _ address: ListenAddress, token: AccessToken? = nil, certificate: CertificateHolder? = nil,
    routes: RouteTable, limits: ServerLimits = ServerLimits(), log: Logger
  ) throws(ServerError) {
    guard address.isLoopback || token != nil else {
      throw ServerError(
        "\(address) can be reached from other machines: set a token, or listen on 127.0.0.1")
    }
    self.address = address
    self.limits = limits
    self.certificate = certificate
    self.log = log
    table = ConnectionTable(max: limits.connectionsMax)
    answerer = RequestAnswerer(
      routes: routes, access: AccessRule(token: token), limits: limits,
      rate: RateLimiter(perSecond: limits.requestsPerSecond), log: log)
  }

  /// Begins to listen. The result says where, the port that the system chose included.
  package func start() async throws(ServerError) -> ListenAddress {
    let (answerer, table, limits) = (answerer, table, limits)
    let http = HTTP1Channel(
      responder: { try await answerer.answer($0, $1, $2) },
      configuration: HTTP1Channel.Configuration(
        additionalChannelHandlers: [ConnectionGuard(table, limits)],
        idleTimeout: .milliseconds(Int64(limits.idleMilliseconds)),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.headerBytesMax, maxHeaderListSize: limits.headerBytesMax,
          maxHeaderFieldCount: 128)))
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    var quiet = log
    quiet.logLevel = .critical
    let server = Server(
      childChannelSetup: ConnectionSetup(http: http, certificate: certificate),
      configuration: ServerConfiguration(address: .hostname(address.host, port: address.port)),
      onServerRunning: { channel in
        port.yield(channel.localAddress?.port ?? 0)
        port.finish()
      }, eventLoopGroup: group, logger: quiet)
    let running = Task {
      defer { port.finish() }
      try await server.run()
    }
    for await port in ports {
      state.withLock { $0 = State(server: server, running: running) }
      return ListenAddress(host: address.host, port: port)
    }
    var why = "it ended at once"
    if case .failure(let error) = await running.result { why = SocketFailure.text(error) }
    try? await group.shutdownGracefully()
    throw ServerError("cannot listen on \(address): \(why)")
  }

  /// Takes no more connections, lets replies under way come to their end for a moment, and closes everything.
  package func stop() async {
    let begun = state.withLock { state in
      defer { state = State() }
      return state
    }
    if let server = begun.server, let running = begun.running {
      let (table, patience) = (table, limits.stopMilliseconds)
      let cut = Task {
        try await Task.sleep(for: .milliseconds(patience))
        running.cancel()
        table.closeAll()
      }
      try? await server.shutdownGracefully()
      _ = await running.result
      cut.cancel()
    }
    try? await group.shutdownGracefully()
  }

  /// Connections open now.
  package var connectionsCount: Int { table.count }
}
