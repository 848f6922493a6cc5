import NIOCore
import NIOPosix

/// A bare connection that says what it is told and waits on no thread.
struct TestClient {
  typealias Channel = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  static func connect(_ port: Int) async throws -> Channel {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try Channel(wrappingChannelSynchronously: channel)
        }
      }
  }

  /// Sends text and gives all that comes until the server closes. What cannot be sent any more is not.
  static func exchange(_ port: Int, _ text: String) async throws -> String {
    let channel = try await connect(port)
    return try await channel.executeThenClose { inbound, outbound in
      try? await outbound.write(ByteBuffer(string: text))
      return await read(inbound)
    }
  }

  /// What comes until the other side closes or cuts.
  static func read(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async -> String {
    var all = ByteBuffer()
    do { for try await part in inbound { all.writeImmutableBuffer(part) } } catch {}
    return String(buffer: all)
  }

  /// A whole request that closes its connection.
  static func request(
    _ port: Int, _ line: String, _ fields: [String] = [], host: String = "localhost"
  ) async throws -> TestReply {
    let head = [line + " HTTP/1.1", "Host: \(host)", "Connection: close"] + fields
    return TestReply(try await exchange(port, head.joined(separator: "\r\n") + "\r\n\r\n"))
  }
}

/// A reply taken apart.
struct TestReply {
  var status = 0
  var fields: [String: String] = [:]
  var body = ""

  init(_ text: String) {
    guard let end = text.firstRange(of: "\r\n\r\n") else { return }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    status = Int(lines[0].split(separator: " ")[1]) ?? 0
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon].lowercased()] =
        String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    body = String(text[end.upperBound...])
  }
}
