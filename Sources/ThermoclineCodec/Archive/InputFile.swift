#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// An open file, read from its start to its end; closed when it goes out of scope.
struct InputFile: ~Copyable {
  let path: String
  /// Bytes of the file when it was opened; 0 when it is no regular file.
  let size: Int64
  /// Bytes read so far.
  private(set) var bytesRead: Int64 = 0
  private let descriptor: Int32

  init(path: String) throws(ArchiveError) {
    // SAFETY: Swift passes the path as a C string that lives for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, errno, at: 0) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      let code = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : errno
      close(descriptor)
      throw Self.failure(path, code, at: 0)
    }
    self.path = path
    self.descriptor = descriptor
    size = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : 0
  }

  deinit { close(descriptor) }

  /// Reads what comes next into the span, which is not empty; 0 at the end of the file.
  mutating func read(into span: inout MutableSpan<UInt8>) throws(ArchiveError) -> Int {
    while true {
      // SAFETY: the system writes no more than the buffer's count into it.
      let count = unsafe span.withUnsafeMutableBytes { buffer in
        unsafe systemRead(descriptor, buffer.baseAddress, buffer.count)
      }
      if count >= 0 {
        bytesRead += Int64(count)
        return count
      }
      if errno != EINTR { throw Self.failure(path, errno, at: bytesRead) }
    }
  }

  private static func failure(_ path: String, _ code: Int32, at byteOffset: Int64) -> ArchiveError {
    let kind: ArchiveError.Kind =
      switch code {
      case ENOENT, ENOTDIR: .notFound
      case EISDIR: .isDirectory
      case EACCES, EPERM: .notPermitted
      default: .unreadable(code: code)
      }
    return ArchiveError(kind: kind, path: path, byteOffset: byteOffset)
  }
}

/// read(2), whose name the method above hides.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  unsafe read(descriptor, buffer, count)
}
