internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Asks a server of ours for one thing at a time, each time over a new connection.
package struct StatusClient: Sendable {
  package struct Reply: Sendable, Equatable {
    package var status: Int
    package var body: [UInt8]
  }

  private let address: ListenAddress
  private let token: AccessToken?
  private let trust: ClientTrust?
  /// Bytes of a whole reply.
  private static let bytesMax = 16_777_216

  /// `token`: what the server asks for; nil = nothing. `trust`: by which the server's certificate is judged; nil = it
  /// does not speak TLS.
  package init(_ address: ListenAddress, token: AccessToken?, trust: ClientTrust? = nil) {
    self.address = address
    self.token = token
    self.trust = trust
  }

  /// Asks for a path and waits at most `seconds`. Throws when nobody answers, naming the address.
  package func get(
    _ path: String, accept: String = "*/*", seconds: Int64 = 10
  ) async throws(ServerError) -> Reply {
    try await ask(.get, path, accept: accept, seconds: seconds)
  }

  /// Asks for something to be done, without a body.
  package func post(_ path: String) async throws(ServerError) -> Reply {
    try await ask(.post, path, accept: "*/*", seconds: 10)
  }

  private func ask(
    _ method: RouteMethod, _ path: String, accept: String, seconds: Int64
  ) async throws(ServerError) -> Reply {
    let text: ByteBuffer
    do { text = try await exchange(method, path, accept, seconds) } catch {
      throw ServerError("nothing answers at \(address): \(SocketFailure.text(error))")
    }
    guard let reply = Self.parse(text.readableBytesView) else {
      let kind = trust == nil ? "HTTP server (https://?)" : "HTTPS server"
      throw ServerError("what answers at \(address) is no \(kind), or does not end its reply")
    }
    return reply
  }

  private func exchange(
    _ method: RouteMethod, _ path: String, _ accept: String, _ seconds: Int64
  ) async throws -> ByteBuffer {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(seconds))
      .connect(host: address.host, port: address.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let trust { try channel.pipeline.syncOperations.addHandler(handler(trust)) }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    let deadline = channel.channel.eventLoop.scheduleTask(in: .seconds(seconds)) {
      channel.channel.close(promise: nil)
    }
    defer { deadline.cancel() }
    var lines = ["\(method.rawValue) \(path) HTTP/1.1", "Host: \(address)", "Accept: \(accept)"]
    if let token { lines.append("Authorization: Bearer \(token.secret)") }
    if method.changesSomething { lines.append("Content-Length: 0") }
    lines.append("Connection: close")
    let request = lines.joined(separator: "\r\n") + "\r\n\r\n"
    return try await channel.executeThenClose { inbound, outbound in
      // Where a handshake has failed there is nothing to write to; why it has is what reading says.
      try? await outbound.write(ByteBuffer(string: request))
      var all = ByteBuffer()
      for try await part in inbound {
        all.writeImmutableBuffer(part)
        if all.readableBytes > Self.bytesMax { break }
      }
      return all
    }
  }

  /// A certificate must be of the name, or of the address where that is what was given.
  private func handler(_ trust: ClientTrust) throws -> NIOSSLClientHandler {
    let isName = (try? SocketAddress(ipAddress: address.host, port: 0)) == nil
    return try NIOSSLClientHandler(
      context: trust.context, serverHostname: isName ? address.host : nil)
  }

  /// The status and the body of a whole reply of known length; nil when it is not one.
  static func parse(_ reply: some Collection<UInt8>) -> Reply? {
    var rest = Array(reply)[...]
    var status: Int?
    var length: Int?
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = String(decoding: rest[..<end], as: UTF8.self).trimmingReturn
      rest = rest[(end + 1)...]
      if status == nil {
        let words = line.split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else {
          return nil
        }
        status = code
      } else if line.isEmpty {
        guard let status, let length, rest.count == length else { return nil }
        return Reply(status: status, body: Array(rest))
      } else if let colon = line.firstIndex(of: ":"),
        line[..<colon].lowercased() == "content-length"
      {
        length = Int(line[line.index(after: colon)...].drop { $0 == " " })
      }
    }
    return nil
  }
}

extension String {
  /// Without the carriage return at its end.
  fileprivate var trimmingReturn: Substring { last == "\r" ? dropLast() : self[...] }
}
