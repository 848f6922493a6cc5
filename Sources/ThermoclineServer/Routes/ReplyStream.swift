internal import HummingbirdCore
internal import NIOCore

/// The body of a reply that is written as it comes about.
package struct ReplyStream {
  private var writer: any ResponseBodyWriter

  init(_ writer: any ResponseBodyWriter) { self.writer = writer }

  /// Hands bytes to the client; waits while it does not read. Throws when it is gone or did not read for the server's
  /// patience.
  package mutating func write(_ bytes: [UInt8]) async throws {
    try await writer.write(ByteBuffer(bytes: bytes))
  }

  /// The same for text.
  package mutating func write(_ text: String) async throws {
    try await writer.write(ByteBuffer(string: text))
  }
}
