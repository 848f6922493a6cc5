#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that is written from start to end and appears under its name only when it is whole: until `finish` it is
/// called `<name>.partial`, so that a killed run leaves nothing that looks complete. Readable by its owner only.
final class OutputFile {
  let path: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferBytes = 1 << 18
  /// At the end of its name until it is whole.
  static let partial = ".partial"

  /// Replaces what is there of an earlier run.
  init(path: String) throws(JobFailure) {
    self.path = path
    // One of a killed run keeps the rights it was made with, and whoever has it open could read on.
    unsafe unlink(path + Self.partial)
    descriptor = unsafe open(path + Self.partial, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else { throw Self.failure(path, "cannot be created") }
    buffer.reserveCapacity(Self.bufferBytes * 2)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func write(_ bytes: some Collection<UInt8>) throws(JobFailure) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  /// The file is whole: it gets its name.
  func finish() throws(JobFailure) {
    try flush()
    let status = close(descriptor)
    descriptor = -1
    guard status == 0, unsafe rename(path + Self.partial, path) == 0 else {
      throw Self.failure(path, "cannot be completed")
    }
  }

  private func flush() throws(JobFailure) {
    var done = 0
    while done < buffer.count {
      let descriptor = descriptor
      let from = done
      // SAFETY: writes at most the rest of the buffer, which lives for the call.
      let n = unsafe buffer.withUnsafeBytes { bytes in
        unsafe systemWrite(descriptor, bytes.baseAddress! + from, bytes.count - from)
      }
      if n < 0, errno == EINTR { continue }
      guard n > 0 else { throw Self.failure(path, "cannot be written") }
      done += n
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func failure(_ path: String, _ what: String) -> JobFailure {
    let reason = unsafe String(cString: strerror(errno))
    return JobFailure(
      .cannotWrite, "\(path) \(what): \(reason); name a folder with room that you may write to")
  }
}

/// `write` of the system; inside the class the name means the method.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}
