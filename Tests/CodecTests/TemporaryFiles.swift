import Foundation

/// A folder of a test's own, removed with everything in it at the end.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "thermocline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = self.path + "/" + name
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }
}

/// The bytes as gzip(1) packs them.
func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
  let folder = try TemporaryFolder()
  let path = try folder.file("data", bytes)
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["gzip", "-n", path]
  try process.run()
  process.waitUntilExit()
  return Array(try Data(contentsOf: URL(filePath: path + ".gz")))
}
