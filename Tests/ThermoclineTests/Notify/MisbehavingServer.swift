import NIOCore
import NIOPosix
import Synchronization

/// A server on this machine that answers as it is told, well or badly, and keeps what it was sent. Bytes go over bare
/// sockets, so that nothing of the client's own library takes part.
final class MisbehavingServer: Sendable {
  struct Request: Sendable {
    /// `POST /path HTTP/1.1`
    var line: String
    /// Names in lower case.
    var fields: [String: String]
    var body: String
  }

  enum Answer: Sendable {
    case status(Int, fields: [String: String] = [:], body: String = "")
    /// Takes the request and says nothing.
    case silence
    /// A good beginning, then a byte now and then, without end.
    case slowBody(status: Int)
    /// A good beginning, then zeros for as long as somebody reads them.
    case endlessBody(status: Int)
    /// Closes without a word.
    case cut
  }

  private struct State {
    var requests: [Request] = []
    var answer: @Sendable (Request, Int) -> Answer = { _, _ in .status(200, body: "ok") }
    var bytesSent = 0
  }

  private let state = Mutex(State())
  private let channel: any Channel
  let port: Int

  init() throws {
    let waiting = Waiting()
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Conversation(waiting))
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
    port = channel.localAddress!.port!
    let find: @Sendable () -> MisbehavingServer? = { [weak self] in self }
    waiting.server.withLock { $0 = find }
  }

  deinit { channel.close(promise: nil) }

  var url: String { "http://127.0.0.1:\(port)" }

  /// What came so far.
  var requests: [Request] { state.withLock { $0.requests } }

  /// Bytes of endless bodies that were written to the network.
  var bytesSent: Int { state.withLock { $0.bytesSent } }

  /// From now on; the number counts the requests from 0.
  func answers(_ answer: @escaping @Sendable (Request, Int) -> Answer) {
    state.withLock { $0.answer = answer }
  }

  fileprivate func take(_ request: Request) -> Answer {
    state.withLock { state in
      state.requests.append(request)
      return state.answer(request, state.requests.count - 1)
    }
  }

  fileprivate func sent(_ bytes: Int) { state.withLock { $0.bytesSent += bytes } }

  /// The server, once it is there.
  fileprivate final class Waiting: Sendable {
    let server = Mutex<@Sendable () -> MisbehavingServer?>({ nil })
  }
}

/// One connection: reads requests, one after the other, and answers.
private final class Conversation: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let waiting: MisbehavingServer.Waiting
  private var bytes: [UInt8] = []

  init(_ waiting: MisbehavingServer.Waiting) { self.waiting = waiting }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += Array(unwrapInboundIn(data).readableBytesView)
    while let request = next() {
      guard let server = waiting.server.withLock({ $0 })() else {
        return context.close(promise: nil)
      }
      answer(server.take(request), server, context.channel)
    }
  }

  /// The first whole request among the bytes.
  private func next() -> MisbehavingServer.Request? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon].lowercased()] = String(
        line[line.index(after: colon)...].drop { $0 == " " })
    }
    let head = text[..<end.upperBound].utf8.count
    let length = Int(fields["content-length"] ?? "0") ?? 0
    guard bytes.count >= head + length else { return nil }
    let body = String(decoding: bytes[head..<head + length], as: UTF8.self)
    bytes.removeFirst(head + length)
    return MisbehavingServer.Request(line: String(lines[0]), fields: fields, body: body)
  }

  private func answer(
    _ answer: MisbehavingServer.Answer, _ server: MisbehavingServer, _ channel: any Channel
  ) {
    @Sendable func write(_ text: String) {
      channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }
    switch answer {
    case .status(let status, let fields, let body):
      var head = "HTTP/1.1 \(status) X\r\ncontent-length: \(body.utf8.count)\r\n"
      for (name, value) in fields { head += "\(name): \(value)\r\n" }
      write(head + "\r\n" + body)
    case .silence: break
    case .cut: channel.close(promise: nil)
    case .slowBody(let status):
      write("HTTP/1.1 \(status) X\r\ncontent-length: 1000000\r\n\r\n")
      channel.eventLoop.scheduleRepeatedTask(
        initialDelay: .milliseconds(50), delay: .milliseconds(50)
      ) { task in
        if channel.isActive { write("x") } else { task.cancel() }
      }
    case .endlessBody(let status):
      write("HTTP/1.1 \(status) X\r\ncontent-length: 1000000000\r\n\r\n")
      Self.pour(server, channel)
    }
  }

  private static func pour(_ server: MisbehavingServer, _ channel: any Channel) {
    let zeros = ByteBuffer(repeating: 0x30, count: 65_536)
    channel.writeAndFlush(zeros).whenSuccess {
      server.sent(zeros.readableBytes)
      pour(server, channel)
    }
  }
}
