package import ThermoclineCodec
package import ThermoclineServer

/// Where `thermocline top` and the dashboard get a running job's status from, and `thermocline drain` ends it.
package struct TopSource: Sendable {
  private let address: ServerURL
  private let client: StatusClient
  private let tokenOption: String

  /// `authorities`: a PEM file of those whose certificates are believed, instead of the system's; it means TLS.
  /// `tokenOption`: how a person gives the token, for error texts. Throws where the file cannot be used.
  package init(
    _ address: ServerURL, token: AccessToken?, authorities: ConfiguredFile? = nil,
    tokenOption: String = "--token-file"
  ) throws(JobFailure) {
    self.address = ServerURL(
      address.address, isSecure: address.isSecure || authorities != nil)
    self.tokenOption = tokenOption
    client = StatusClient(
      address.address, token: token,
      trust: self.address.isSecure ? try Self.trust(authorities) : nil)
  }

  private static func trust(_ authorities: ConfiguredFile?) throws(JobFailure) -> ClientTrust {
    let bytes = try authorities.map { file throws(JobFailure) in
      do throws(FileReadError) { return try readFile(file.path) } catch {
        throw JobFailure(
          .usage, "\(file.origin): \(file.path) cannot be read: \(error.reason)")
      }
    }
    do throws(ServerError) { return try ClientTrust(authorities: bytes) } catch {
      let place = authorities.map { "\($0.origin): \($0.path) " } ?? ""
      throw JobFailure(.usage, "\(place)\(error)")
    }
  }

  /// The status now. Blocks; for a thread of the caller's own.
  package func status() throws(JobFailure) -> JobStatus {
    try waiting { () async throws(JobFailure) in try await currentStatus() }
  }

  /// The status now.
  package func currentStatus() async throws(JobFailure) -> JobStatus {
    let reply = try await get("/status")
    try check(reply, is: 200)
    do throws(OutputDecodingError) { return try JobStatus(reply.body) } catch {
      throw JobFailure(.unavailable, "what answers at \(address) is no job of ours: \(error)")
    }
  }

  /// Whether a probe's answer is good, and what it says. Blocks.
  package func probe(_ path: String) throws(JobFailure) -> (isGood: Bool, text: String) {
    let reply = try waiting { () async throws(JobFailure) in try await get(path) }
    return (reply.status == 200, String(decoding: reply.body, as: UTF8.self))
  }

  /// Lets the job take its last checkpoints and end, and says how far that is. Blocks.
  package func drain() throws(JobFailure) -> String {
    try waiting { () async throws(JobFailure) in
      let reply: StatusClient.Reply
      do throws(ServerError) { reply = try await client.post("/drain") } catch {
        throw JobFailure(.unavailable, "\(error)")
      }
      try check(reply, is: 202)
      return String(decoding: reply.body, as: UTF8.self)
    }
  }

  private func check(_ reply: StatusClient.Reply, is status: Int) throws(JobFailure) {
    switch reply.status {
    case status: return
    case 401:
      throw JobFailure(
        .usage, "\(address) asks for a token: \(tokenOption), or THERMOCLINE_SERVER_TOKEN")
    default: throw JobFailure(.unavailable, "\(address) answers with status \(reply.status)")
    }
  }

  private func get(_ path: String) async throws(JobFailure) -> StatusClient.Reply {
    do throws(ServerError) { return try await client.get(path, accept: "application/json") } catch {
      throw JobFailure(.unavailable, "\(error)")
    }
  }

  private func waiting<Value: Sendable>(
    _ body: @escaping @Sendable () async throws(JobFailure) -> Value
  ) throws(JobFailure) -> Value {
    let result = blocking { () async -> Result<Value, JobFailure> in
      do throws(JobFailure) { return .success(try await body()) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
