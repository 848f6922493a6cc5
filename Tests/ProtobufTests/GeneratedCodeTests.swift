import Crypto
import Foundation
import Testing

/// The generated code is that of the contracts: both are what they were when `make protobuf` ran last.
@Suite struct GeneratedCodeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let generated = "Sources/ThermoclineProtobuf/Generated"

  private func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appending(path: folder).path(percentEncoded: false)
    ).map { "\(folder)/\($0)" }
  }

  @Test func theSumsAreThoseOfTheFiles() throws {
    let sums = try String(
      contentsOf: Self.root.appending(path: Self.generated + "/SHA256SUMS"), encoding: .utf8)
    var known: Set<String> = []
    for line in sums.split(separator: "\n") {
      let parts = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
      try #require(parts.count == 2)
      known.insert(parts[1])
      let data = try Data(contentsOf: Self.root.appending(path: parts[1]))
      let sum = SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
      #expect(sum == parts[0], "\(parts[1]) has changed: make protobuf")
    }
    let there =
      try files(in: "deploy/contracts/proto/thermocline/v1")
      + files(in: Self.generated).filter { $0.hasSuffix(".swift") }
    #expect(known == Set(there) && known.count == 8)
  }
}
