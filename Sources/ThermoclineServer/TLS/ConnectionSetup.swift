internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOSSL

/// Sets a new connection up: TLS with the certificate that holds now, where there is one, and HTTP over it.
struct ConnectionSetup: ServerChildChannel {
  let http: HTTP1Channel
  let certificate: CertificateHolder?

  func setup(
    channel: any Channel, logger: Logger
  ) -> EventLoopFuture<HTTP1Channel.Value> {
    guard let context = certificate?.current.context else {
      return http.setup(channel: channel, logger: logger)
    }
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
    }.flatMap { http.setup(channel: channel, logger: logger) }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await http.handle(value: value, logger: logger)
  }
}
