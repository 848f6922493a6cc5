import Foundation
import Testing
import ThermoclineTestKit

/// A folder of some size for one process.
struct TinyDisk {
  let folder: TemporaryFolder
  var path: String { folder.path + "/disk" }

  /// Looked at once, by doing it.
  static let isPossible: Bool = {
    guard let unshare = Executable.find("unshare"), Executable.find("nsenter") != nil else {
      return false
    }
    let trial = try? Executable.Started(
      unshare, ["-m", "mount", "-t", "tmpfs", "none", "/mnt"], nil, [:])
    return trial?.wait().status == 0
  }()

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/disk", withIntermediateDirectories: false)
  }

  /// Starts the command with a disk of so many kilobytes.
  func start(_ kilobytes: Int, _ arguments: [String]) throws -> Executable.Started {
    let unshare = try #require(Executable.find("unshare"))
    let command = try #require(Executable.path)
    let script =
      "mount -t tmpfs -o size=\(kilobytes)k none '\(path)' && exec '\(command)' \"$@\""
    return try Executable.Started(
      unshare, ["-m", "sh", "-c", script, "sh"] + arguments, nil, [:])
  }

  /// Makes the disk of a process larger.
  func grow(_ process: Executable.Started, to kilobytes: Int) throws {
    let nsenter = try #require(Executable.find("nsenter"))
    let ended = try Executable.Started(
      nsenter,
      [
        "-t", "\(process.number)", "-m", "mount", "-o", "remount,size=\(kilobytes)k", path,
      ], nil, [:]
    ).wait()
    try #require(ended.status == 0, "\(ended.standardError)")
  }
}
