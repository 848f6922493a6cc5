#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Bytes of a file; 0 when it cannot be told.
func fileSize(_ path: String) -> Int64 {
  var info = stat()
  return unsafe stat(path, &info) == 0 ? Int64(info.st_size) : 0
}

extension ReplayJob {
  /// Makes a folder, for its owner only, unless it is there; its parent must exist.
  static func makeFolder(_ path: String) throws(JobFailure) {
    var info = stat()
    if unsafe stat(path, &info) == 0 {
      guard info.st_mode & S_IFMT == S_IFDIR else {
        throw JobFailure(.cannotWrite, "\(path) is a file; name a folder for the output")
      }
      return
    }
    guard unsafe mkdir(path, 0o700) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw JobFailure(.cannotWrite, "the folder \(path) cannot be made: \(reason)")
    }
  }
}
