internal import NIOCore
internal import NIOHTTPTypes

/// Watches one connection: cuts a client that is slow with its request or does not read its reply.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let table: ConnectionTable
  private let requestTime: TimeAmount
  private let stallTime: TimeAmount
  private var request: Scheduled<Void>?
  private var stall: Scheduled<Void>?

  init(_ table: ConnectionTable, _ limits: ServerLimits) {
    self.table = table
    requestTime = .milliseconds(Int64(limits.requestMilliseconds))
    stallTime = .milliseconds(Int64(limits.stallMilliseconds))
  }

  func handlerAdded(context: ChannelHandlerContext) { table.open(context.channel) }

  func channelInactive(context: ChannelHandlerContext) {
    end(context)
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end(context) }

  private func end(_ context: ChannelHandlerContext) {
    request?.cancel()
    stall?.cancel()
    table.close(context.channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      table.setBusy(context.channel, true)
      request = closing(context.channel, after: requestTime)
    case .body: break
    case .end:
      request?.cancel()
      request = nil
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { table.setBusy(context.channel, false) }
    context.write(data, promise: promise)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stall?.cancel()
    stall = context.channel.isWritable ? nil : closing(context.channel, after: stallTime)
    context.fireChannelWritabilityChanged()
  }

  private func closing(_ channel: any Channel, after time: TimeAmount) -> Scheduled<Void> {
    channel.eventLoop.scheduleTask(in: time) { channel.cut() }
  }
}
