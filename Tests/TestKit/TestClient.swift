public import NIOCore
import NIOPosix
public import NIOSSL

/// A bare connection, over TLS where it is given a context, that says what it is told and waits on no thread.
public enum TestClient {
  public typealias Channel = NIOAsyncChannel<ByteBuffer, ByteBuffer>

  public static func connect(
    _ port: Int, over context: NIOSSLContext? = nil
  ) async throws -> Channel {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try secure(channel, context)
          return try Channel(wrappingChannelSynchronously: channel)
        }
      }
  }

  private static func secure(_ channel: any NIOCore.Channel, _ context: NIOSSLContext?) throws {
    guard let context else { return }
    try channel.pipeline.syncOperations.addHandler(
      NIOSSLClientHandler(context: context, serverHostname: nil))
  }

  /// Sends text and gives all that comes until the server closes. What cannot be sent any more is not.
  public static func exchange(
    _ port: Int, _ text: String, over context: NIOSSLContext? = nil
  ) async throws -> String {
    let channel = try await connect(port, over: context)
    return try await channel.executeThenClose { inbound, outbound in
      try? await outbound.write(ByteBuffer(string: text))
      return await read(inbound)
    }
  }

  /// What comes until the other side closes or cuts.
  public static func read(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async -> String {
    var all = ByteBuffer()
    do { for try await part in inbound { all.writeImmutableBuffer(part) } } catch {}
    return String(buffer: all)
  }

  /// A whole request that closes its connection.
  public static func request(
    _ port: Int, _ line: String, _ fields: [String] = [], host: String = "localhost",
    body: String = "", over context: NIOSSLContext? = nil
  ) async throws -> TestReply {
    let text = head(line, host, ["Connection: close"] + fields) + body
    return TestReply(try await exchange(port, text, over: context))
  }

  /// Asks for a stream and reads until it has said `text`, or ends. `opened` is called when it has said `start`.
  public static func stream(
    _ port: Int, _ path: String, from start: String, until text: String,
    opened: () async throws -> Void
  ) async throws -> String {
    let channel = try await connect(port)
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: head("GET " + path, "localhost", [])))
      var all = ""
      var isOpen = false
      for try await part in inbound {
        all += String(buffer: part)
        if !isOpen, all.contains(start) {
          isOpen = true
          try await opened()
        }
        if all.contains(text) { break }
      }
      return all
    }
  }

  /// Sends a request and never reads its reply, for as long as `body` takes.
  public static func neverReading(
    _ port: Int, _ line: String, while body: () async throws -> Void
  ) async throws {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.autoRead, value: false)
      .connect(host: "127.0.0.1", port: port).get()
    try await channel.writeAndFlush(ByteBuffer(string: head(line, "localhost", [])))
    do { try await body() } catch {
      try? await channel.close()
      throw error
    }
    try? await channel.close()
  }

  private static func head(_ line: String, _ host: String, _ fields: [String]) -> String {
    ([line + " HTTP/1.1", "Host: \(host)"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
  }
}

/// A reply taken apart.
public struct TestReply {
  public var status = 0
  public var fields: [String: String] = [:]
  public var body = ""

  public init(_ text: String) {
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
