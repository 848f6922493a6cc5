import Foundation
import Logging
import Testing
import ThermoclineEngine
import ThermoclineTestKit

@testable import Thermocline

/// Files of chunks: what is not as a manifest names it is as good as not there.
@Suite struct CheckpointCacheTests {
  private let folder: TemporaryFolder
  private let lines = LogLines()
  private static let key = "job/events/0/a/3"

  init() throws { folder = try TemporaryFolder() }

  private func cache(_ name: String = "cache") throws -> CheckpointCache {
    let lines = lines
    return try CheckpointCache(folder.path + "/" + name, log: Logger(label: "test") { _ in lines })
  }

  private func files() throws -> [String] {
    try #require(FileManager.default.subpaths(atPath: folder.path + "/cache"))
      .filter { $0.contains("/") }.map { folder.path + "/cache/" + $0 }
  }

  @Test("what was kept is there for another process, and only for its owner")
  func keeps() throws {
    try cache().take(key: Self.key, value: [1, 2, 3])
    #expect(try cache().chunk(Self.key) == [1, 2, 3])
    #expect(try cache().chunk("job/events/0/b/3") == nil)
    #expect(try cache().chunk("job/events/1/a/3") == nil)
    let file = try #require(files().first)
    for (path, rights) in [(file, 0o600), (folder.path + "/cache", 0o700)] {
      let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(found as? Int == rights, "\(path)")
    }
    #expect(try files().count == 1)
  }

  @Test("a tombstone forgets a chunk; what is no chunk's is never kept")
  func forgets() throws {
    let cache = try cache()
    cache.take(key: Self.key, value: [1])
    cache.take(key: Self.key, value: nil)
    cache.take(key: Self.key, value: nil)
    cache.take(key: "job/events/0/a/manifest", value: [1])
    cache.take(key: "../../etc/passwd", value: [1])
    #expect(try files().isEmpty && lines.all.isEmpty)
  }

  @Test("what cannot be written is said once, and again after it went well")
  func cannotWrite() throws {
    let cache = try cache()
    let path = folder.path + "/cache"
    for round in 1...2 {
      try FileManager.default.removeItem(atPath: path)
      try Data().write(to: URL(filePath: path))
      for number in 0..<5 { cache.take(key: "job/events/0/a/\(number)", value: [1]) }
      #expect(lines.all.count == round && cache.chunk("job/events/0/a/1") == nil)
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      cache.take(key: Self.key, value: [7])
      #expect(cache.chunk(Self.key) == [7])
    }
    #expect(lines.all[0].hasPrefix("the checkpoint cache cannot be written"))
  }

  @Test("a path that is a file is refused at the start")
  func aFile() throws {
    try Data().write(to: URL(filePath: folder.path + "/cache"))
    #expect(throws: JobFailure.self) { try cache() }
  }
}
