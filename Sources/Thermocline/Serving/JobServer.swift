package import Logging
package import ThermoclineServer

/// A job's HTTP server, for a caller that waits on threads.
package final class JobServer: Sendable {
  private let server: HTTPServer

  /// Listens nowhere yet; `certificate`: nil = without TLS. Throws where others could reach an address without a token.
  package init(
    _ address: ListenAddress, token: AccessToken?, certificate: CertificateHolder?,
    routes: RouteTable, log: Logger
  ) throws(JobFailure) {
    do throws(ServerError) {
      server = try HTTPServer(
        address, token: token, certificate: certificate, routes: routes, log: log)
    } catch {
      throw JobFailure(.configuration, "server.listen: \(error)")
    }
  }

  /// Begins to listen and says where. Blocks for a moment.
  package func start() throws(JobFailure) -> ListenAddress {
    let server = server
    let result = blocking { () async -> Result<ListenAddress, ServerError> in
      do throws(ServerError) { return .success(try await server.start()) } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let address): return address
    case .failure(let error):
      throw JobFailure(
        .unavailable, "server.listen: \(error); name another address, or none to serve nothing")
    }
  }

  /// Closes everything. Blocks for two seconds at most.
  package func stop() {
    let server = server
    blocking { await server.stop() }
  }
}
