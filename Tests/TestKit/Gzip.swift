import Foundation

/// The file's bytes as gzip(1) packs them.
public func gzipped(_ path: String) throws -> [UInt8] {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["gzip", "-n", "-k", path]
  try process.run()
  process.waitUntilExit()
  return Array(try Data(contentsOf: URL(filePath: path + ".gz")))
}

/// The bytes as gzip(1) packs them.
public func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
  let folder = try TemporaryFolder()
  return try gzipped(try folder.file("data", bytes))
}
