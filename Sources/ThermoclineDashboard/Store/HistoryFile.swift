#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The file under a history, as far as it is the system's business and not SQLite's.
enum HistoryFile {
  private static let namesMax = 100

  /// Makes an empty file where there is none, for its owner only; SQLite gives its companions the same rights. What does
  /// not work here SQLite says.
  static func make(_ path: String) {
    // SAFETY: the system reads the name during the call only.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Puts a file that cannot be used out of the way. It is never deleted: it may be somebody else's. Renames the file and SQLite's two companions of it; says what the file is called now.
  static func moveAside(_ path: String) throws(HistoryFailure) -> String {
    for number in 1...namesMax {
      let aside = "\(path).damaged-\(number)"
      // SAFETY: the system reads the names during the calls only.
      if unsafe access(aside, F_OK) == 0 { continue }
      guard unsafe rename(path, aside) == 0 else {
        throw .unavailable("\(path) cannot be used and not be moved aside; name another --database")
      }
      // SAFETY: as above. They are there only after a crash.
      for companion in ["-wal", "-shm"] { _ = unsafe rename(path + companion, aside + companion) }
      return aside
    }
    throw .unavailable("\(path): there are \(namesMax) damaged files beside it; remove them")
  }
}
