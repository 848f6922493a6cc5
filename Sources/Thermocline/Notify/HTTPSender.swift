internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import ThermoclineCore
internal import ThermoclineNotify

/// Sends requests and waits for replies no longer, and reads no more of them, than it was told. One for a process; any
/// thread that may block.
final class HTTPSender: Sendable {
  private let client: HTTPClient

  init() {
    var configuration = HTTPClient.Configuration()
    // What is sent is meant for the configured server.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(5)
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Closes its connections.
  func close() { try? client.syncShutdown() }

  /// Sends one request. What goes wrong is part of the verdict.
  func send(_ setup: SinkSetup, _ request: SinkRequest) -> ReplyVerdict {
    var headers = HTTPHeaders()
    for field in setup.headers(of: request) { headers.add(name: field.name, value: field.value) }
    let reader = ReplyReader()
    do {
      let outgoing = try HTTPClient.Request(
        url: setup.address.appending(request.path), method: .POST, headers: headers,
        body: .bytes(request.body))
      try client.execute(
        request: outgoing, delegate: reader,
        deadline: .now() + .milliseconds(setup.timeout.milliseconds)
      ).wait()
    } catch {
      // Once a status is there, it says all.
      guard reader.reply.status == nil else { return verdict(reader.reply, setup) }
      let isLate = (error as? HTTPClientError).map { Self.timeouts.contains($0) } ?? false
      return .retry(
        reason: isLate ? "timeout" : "connection",
        detail: Self.quoted(Array("\(error)".utf8), setup), after: nil)
    }
    return verdict(reader.reply, setup)
  }

  private func verdict(_ reply: ReplyReader.Reply, _ setup: SinkSetup) -> ReplyVerdict {
    guard let status = reply.status else {
      return .retry(reason: "connection", detail: "no status", after: nil)
    }
    let isRedirect = (300..<400).contains(status)
    return ReplyVerdict(
      status: status,
      retryAfter: reply.retryAfter.flatMap { RetryAfter.span($0, now: wallClock()) },
      detail: isRedirect ? "a redirect, which is not followed" : Self.quoted(reply.body, setup))
  }

  private static let timeouts: [HTTPClientError] = [
    .deadlineExceeded, .readTimeout, .writeTimeout, .connectTimeout, .tlsHandshakeTimeout,
    .getConnectionFromPoolTimeout, .cancelled,
  ]

  /// The beginning of what a server says, on one line.
  private static func quoted(_ bytes: [UInt8], _ setup: SinkSetup) -> String {
    PlainText(
      setup.hiding(
        String(decoding: bytes.prefix(4 * NotifyLimits.quoteBytesMax), as: UTF8.self)),
      bytes: NotifyLimits.quoteBytesMax
    ).text
  }
}
