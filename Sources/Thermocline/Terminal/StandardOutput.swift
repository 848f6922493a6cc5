#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Unbuffered text on standard output.
package enum StandardOutput {
  /// Writes all of `text`; gives up silently when the reader is gone, for a display is no result.
  package static func write(_ text: String) { StandardStream.write(text, to: STDOUT_FILENO) }
}

/// Unbuffered text on standard error: progress, and what went wrong.
package enum StandardError {
  /// As on standard output.
  package static func write(_ text: String) { StandardStream.write(text, to: STDERR_FILENO) }
}

private enum StandardStream {
  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      // SAFETY: the buffer is valid for `count` bytes during the call, which only reads it.
      let written = unsafe bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
          unsafe Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
      }
      if written > 0 {
        bytes = bytes.dropFirst(written)
      } else if errno != EINTR {
        return
      }
    }
  }
}
