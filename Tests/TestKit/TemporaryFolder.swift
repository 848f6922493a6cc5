import Foundation

/// A folder of a test's own, removed with everything in it at the end.
public final class TemporaryFolder {
  public let path: String

  public init() throws {
    let url = FileManager.default.temporaryDirectory.appending(
      path: "thermocline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  public func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    let path = self.path + "/" + name
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  public func file(_ name: String, lines: [String]) throws -> String {
    try file(name, Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Puts a file in the place of another, in one step.
  public func move(_ from: String, onto to: String) throws {
    // SAFETY: the system copies both paths.
    guard unsafe rename(from, to) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  public func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path + "/" + name)))
  }

  public func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  public func lines(_ name: String) throws -> [String] {
    try text(name).split(separator: "\n").map(String.init)
  }

  public func names(in folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted()
  }
}
