internal import NIOCore
internal import NIOSSL

extension Channel {
  /// Closes at once: under TLS without the farewell, for whose answer a client could let us wait.
  func cut() {
    eventLoop.execute {
      let secure = try? self.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
      guard let secure else { return self.close(promise: nil) }
      secure.close(promise: nil)
    }
  }
}
