package import ThermoclineCodec
package import ThermoclineServer

/// Where `thermocline top` gets a running job's status from. Blocks; for a thread of the caller's own.
package struct TopSource: Sendable {
  private let address: ListenAddress
  private let client: StatusClient

  package init(_ address: ListenAddress, token: AccessToken?) {
    self.address = address
    client = StatusClient(address, token: token)
  }

  /// The status now.
  package func status() throws(JobFailure) -> JobStatus {
    let reply = try get("/status")
    switch reply.status {
    case 200: break
    case 401:
      throw JobFailure(
        .usage, "\(address) asks for a token: --token-file, or THERMOCLINE_SERVER_TOKEN")
    default: throw JobFailure(.unavailable, "\(address) answers with status \(reply.status)")
    }
    do throws(OutputDecodingError) { return try JobStatus(reply.body) } catch {
      throw JobFailure(.unavailable, "what answers at \(address) is no job of ours: \(error)")
    }
  }

  /// Whether a probe's answer is good, and what it says.
  package func probe(_ path: String) throws(JobFailure) -> (isGood: Bool, text: String) {
    let reply = try get(path)
    return (reply.status == 200, String(decoding: reply.body, as: UTF8.self))
  }

  private func get(_ path: String) throws(JobFailure) -> StatusClient.Reply {
    let client = client
    let result = blocking { () async -> Result<StatusClient.Reply, ServerError> in
      do throws(ServerError) {
        return .success(try await client.get(path, accept: "application/json"))
      } catch { return .failure(error) }
    }
    switch result {
    case .success(let reply): return reply
    case .failure(let error): throw JobFailure(.unavailable, "\(error)")
    }
  }
}
