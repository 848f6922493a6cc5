internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization
internal import ThermoclineNotify

/// Reads one reply: its status, and of its body no more than is of use.
final class ReplyReader: HTTPClientResponseDelegate, Sendable {
  typealias Response = Void

  struct Reply: Sendable {
    var status: Int?
    var retryAfter: String?
    var body: [UInt8] = []
  }

  /// Ends the reading of a body that is too long.
  private struct Enough: Error {}

  /// A server that has accepted a request may take so long to say the rest; nothing depends on it.
  private static let politeness = TimeAmount.seconds(2)

  private let state = Mutex(Reply())

  /// What came so far. Any thread.
  var reply: Reply { state.withLock { $0 } }

  func didReceiveHead(
    task: HTTPClient.Task<Response>, _ head: HTTPResponseHead
  ) -> EventLoopFuture<Void> {
    state.withLock {
      $0.status = Int(head.status.code)
      $0.retryAfter = head.headers.first(name: "retry-after")
    }
    if (200..<300).contains(head.status.code) {
      task.eventLoop.scheduleTask(in: Self.politeness) { task.cancel() }
    }
    return task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(
    task: HTTPClient.Task<Response>, _ buffer: ByteBuffer
  ) -> EventLoopFuture<Void> {
    let isEnough = state.withLock { reply in
      reply.body += buffer.readableBytesView.prefix(
        NotifyLimits.replyBytesMax - reply.body.count)
      return reply.body.count >= NotifyLimits.replyBytesMax
    }
    return isEnough
      ? task.eventLoop.makeFailedFuture(Enough()) : task.eventLoop.makeSucceededVoidFuture()
  }

  func didFinishRequest(task: HTTPClient.Task<Response>) throws {}
}
