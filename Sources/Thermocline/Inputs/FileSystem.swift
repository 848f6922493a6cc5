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

/// What a file looks like from outside: a change of its content shows here.
struct FileStamp: Equatable {
  private var seconds = 0
  private var nanoseconds = 0
  private var size: Int64 = 0
  private var number: UInt64 = 0

  /// All zero for a file that is not there.
  init(_ path: String) {
    var info = stat()
    guard unsafe stat(path, &info) == 0 else { return }
    #if canImport(Glibc)
      (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
    #else
      (seconds, nanoseconds) = (info.st_mtimespec.tv_sec, info.st_mtimespec.tv_nsec)
    #endif
    size = Int64(info.st_size)
    number = UInt64(info.st_ino)
  }
}

/// Whether users who are neither the owner nor of the group may read the file.
func isReadableByOthers(_ path: String) -> Bool {
  var info = stat()
  return unsafe stat(path, &info) == 0 && info.st_mode & S_IROTH != 0
}

/// Whether the path is there and neither a file nor a folder: something that may not be opened twice.
func isPipe(_ path: String) -> Bool {
  var info = stat()
  guard unsafe stat(path, &info) == 0 else { return false }
  return info.st_mode & S_IFMT != S_IFREG && info.st_mode & S_IFMT != S_IFDIR
}

/// Makes a folder, for its owner only, unless it is there; its parent must exist.
func makeFolder(_ path: String) throws(JobFailure) {
  var info = stat()
  if unsafe stat(path, &info) == 0 {
    guard info.st_mode & S_IFMT == S_IFDIR else {
      throw JobFailure(.cannotWrite, "\(path) is a file; name a folder for the output")
    }
    return
  }
  // Another process may have been quicker.
  guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
    let reason = unsafe String(cString: strerror(errno))
    throw JobFailure(.cannotWrite, "the folder \(path) cannot be made: \(reason)")
  }
}

/// Removes a file, if it is there and may be removed.
func removeFile(_ path: String) { _ = unsafe unlink(path) }

struct FileReadError: Error {
  var reason: String
}

/// The first line of a file, without its end: how a secret stands in one.
func readFirstLine(_ path: String) throws(FileReadError) -> String {
  String(decoding: try readFile(path).prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
}

/// The bytes of a file.
func readFile(_ path: String) throws(FileReadError) -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY)
  guard descriptor >= 0 else { throw FileReadError(reason: systemError()) }
  defer { close(descriptor) }
  var info = stat()
  guard unsafe fstat(descriptor, &info) == 0 else { throw FileReadError(reason: systemError()) }
  guard info.st_mode & S_IFMT != S_IFDIR else {
    throw FileReadError(reason: "this is a folder, not a file")
  }
  guard info.st_size <= 1 << 30 else {
    throw FileReadError(reason: "the file is larger than 1 GiB")
  }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(Int(info.st_size))
  var block = [UInt8](repeating: 0, count: 65_536)
  while true {
    // SAFETY: the system writes at most `count` bytes into the block.
    let n = unsafe block.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    if n < 0, errno == EINTR { continue }
    guard n >= 0 else { throw FileReadError(reason: systemError()) }
    if n == 0 { return bytes }
    bytes += block[..<n]
  }
}

private func systemError() -> String { unsafe String(cString: strerror(errno)) }
