internal import GRDB

/// Why the history cannot be read or written now.
package enum HistoryFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// Locked, full, or not allowed: the same may work later. Nothing of what was to be written is in the file.
  case unavailable(String)
  /// The file was no history of ours or was damaged. It has been moved aside; an empty one is in its place, to be
  /// filled from the topics.
  case rebuilt(String)

  package var description: String {
    switch self {
    case .unavailable(let text), .rebuilt(let text): text
    }
  }

  /// Whether SQLite says that the file itself is wrong.
  static func isDamage(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return false }
    return error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
  }

  /// What a person can do about it.
  static func unavailable(_ path: String, _ error: any Error) -> HistoryFailure {
    guard let error = error as? DatabaseError else { return .unavailable("\(path): \(error)") }
    let remedy =
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        "another program holds it locked; end that, or name another --database"
      case .SQLITE_FULL: "the disk is full; make room, or name another --database"
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
        "it cannot be written here; check the folder and its rights, or name another --database"
      default: "check the disk, or name another --database"
      }
    return .unavailable("\(path): \(error.message ?? "\(error.resultCode)"): \(remedy)")
  }
}
