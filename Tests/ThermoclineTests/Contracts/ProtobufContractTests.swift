import Foundation
import SwiftProtobuf
import Testing
import ThermoclineTestKit

@testable import ThermoclineProtobuf

/// A Python that can make code of the contracts; nil where there is none.
private let python = Executable.python(with: "grpc_tools")

/// Every message of a simulated population says the same in both encodings.
@Suite(.timeLimit(.minutes(10))) struct ProtobufContractTests {
  private static let kinds: KeyValuePairs<Contract, ProtobufMessage> = [
    .score: .score, .alert: .alert, .rollup: .rollup, .usage: .usage,
  ]
  private static let files: KeyValuePairs<String, Contract> = [
    "scores": .score, "score-changes": .score, "alerts": .alert, "rollups": .rollup,
    "usage": .usage,
  ]

  private func lines(of contract: Contract) throws -> [String] {
    let output = try SimulatedOutput.shared.get()
    return Self.files.filter { $0.value == contract }.flatMap { output.lines[$0.key] ?? [] }
      + RareOutput.lines(of: contract)
  }

  @Test("to Protobuf and back is the same JSON, byte for byte", arguments: kinds.map(\.key))
  func thereAndBack(contract: Contract) throws {
    let message = try #require(Self.kinds.first { $0.key == contract }?.value)
    let lines = try self.lines(of: contract)
    #expect(lines.count > 100)
    var smaller = 0
    for line in lines {
      let bytes = try message.encode(json: Array(line.utf8))
      if bytes.count < line.utf8.count { smaller += 1 }
      let back = String(decoding: try message.json(bytes), as: UTF8.self)
      #expect(back == line)
    }
    #expect(smaller == lines.count)
  }

  @Test("each member stands in the field of its name", arguments: kinds.map(\.key))
  func members(contract: Contract) throws {
    try compare(contract) { message, values in
      try values.map { try object(try libraryJSON(message, $0)) }
    }
  }

  /// With code that protoc makes of the contract for the test, in another language.
  @Test(
    "another implementation reads the same",
    .enabled(
      if: python != nil, "no python3 with grpcio-tools, `make examples` installs it: skipped"),
    arguments: kinds.map(\.key))
  func otherImplementation(contract: Contract) throws {
    let folder = try TemporaryFolder()
    try compare(contract) { message, values in
      let file = try folder.file("values", lines: values.map { Data($0).base64EncodedString() })
      let ended = try Executable.Started(
        python!,
        [
          "-c", Self.reader, Contract.folder.appending(path: "proto").path, folder.path,
          contract.proto, contract.message, file,
        ], nil, [:]
      ).wait()
      try #require(ended.status == 0, "\(ended.standardError)")
      return try ended.standardOutput.split(separator: "\n").map { try object(Array($0.utf8)) }
    }
  }

  private static let reader = """
    import base64, glob, importlib, os, sys
    import grpc_tools
    from google.protobuf.json_format import MessageToJson
    from grpc_tools import protoc
    contracts, folder, name, message, values = sys.argv[1:]
    known = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")
    files = glob.glob(contracts + "/thermocline/v1/*.proto")
    assert protoc.main(["", "-I", contracts, "-I", known, "--python_out", folder, *files]) == 0
    sys.path.insert(0, folder)
    read = getattr(importlib.import_module(f"thermocline.v1.{name}_pb2"), message).FromString
    for line in open(values):
        print(MessageToJson(read(base64.b64decode(line)), indent=None))
    """

  /// Puts what a foreign reader makes of the messages beside our JSON, by the names that the contracts give: our own way
  /// back could hide two fields that were mistaken for each other on the way there.
  private func compare(
    _ contract: Contract, _ read: (ProtobufMessage, [[UInt8]]) throws -> [[String: Any]]
  ) throws {
    let message = try #require(Self.kinds.first { $0.key == contract }?.value)
    let lines = try self.lines(of: contract)
    let all = try read(message, lines.map { try message.encode(json: Array($0.utf8)) })
    try #require(all.count == lines.count)
    var seen: Set<String> = []
    for (line, said) in zip(lines, all) {
      let json = try object(Array(line.utf8))
      seen.formUnion(names(in: said))
      #expect(leaves(protobuf: said) == leaves(ours: json, of: contract), "\(line)")
    }
    let unset = try fields(of: contract).subtracting(seen).sorted()
    #expect(unset == [])
  }

  /// Names of fields by the contract's file: those of all messages in it.
  private func fields(of contract: Contract) throws -> Set<String> {
    let text = try String(
      contentsOf: Contract.folder.appending(path: "proto/thermocline/v1/\(contract.proto).proto"),
      encoding: .utf8)
    let field = /^ +(?:optional |repeated )?[\w.]+ (\w+) = \d+;/.anchorsMatchLineEndings()
    return Set(
      text.matches(of: field).map { match in
        let words = match.output.1.split(separator: "_")
        return words[0] + words.dropFirst().map(\.capitalized).joined()
      })
  }

  private func libraryJSON(_ message: ProtobufMessage, _ bytes: [UInt8]) throws -> [UInt8] {
    switch message {
    case .score:
      try Thermocline_V1_Score(serializedBytes: bytes).jsonUTF8Bytes()
    case .alert:
      try Thermocline_V1_Alert(serializedBytes: bytes).jsonUTF8Bytes()
    case .rollup:
      try Thermocline_V1_Rollup(serializedBytes: bytes).jsonUTF8Bytes()
    case .usage:
      try Thermocline_V1_Usage(serializedBytes: bytes).jsonUTF8Bytes()
    }
  }

  /// By Foundation, whose doubles are the nearest ones to the decimals that are written.
  private func object(_ json: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
  }

  private func names(in json: Any) -> Set<String> {
    if let members = json as? [String: Any] {
      return members.reduce(into: Set(members.keys)) { $0.formUnion(names(in: $1.value)) }
    }
    return (json as? [Any] ?? []).reduce(into: []) { $0.formUnion(names(in: $1)) }
  }

  private enum Leaf: Equatable {
    /// True is 1.
    case number(Double)
    case text(String)
  }

  /// Values by their paths; without those that Protobuf leaves out: zero, false, empty. (That none of them stands for null,
  /// the way back shows.)
  private func leaves(
    _ json: [String: Any], _ add: (String, Leaf, inout [String: Leaf]) -> Void,
    isNamed: (_ path: String) -> Bool = { _ in false }
  ) -> [String: Leaf] {
    var leaves: [String: Leaf] = [:]
    func walk(_ path: String, _ value: Any) {
      switch value {
      case let members as [String: Any]:
        for (name, value) in members { walk(path + "." + name, value) }
      case let elements as [Any]:
        for (place, element) in elements.enumerated() {
          guard isNamed(path), let members = element as? [String: Any],
            let name = members["name"] as? String
          else {
            walk("\(path)[\(place)]", element)
            continue
          }
          for (key, value) in members where key != "name" {
            walk("\(path).\(name)\(key.hasSuffix(Self.points) ? Self.points : "")", value)
          }
        }
      case let text as String:
        // The mapping to JSON writes whole numbers as texts; so texts of digits are numbers, on both sides.
        let isWhole = !text.isEmpty && text.utf8.allSatisfy { $0 == 0x2D || 0x30...0x39 ~= $0 }
        add(path, isWhole ? .number(Double(text) ?? .nan) : .text(text), &leaves)
      case let number as NSNumber: add(path, .number(number.doubleValue), &leaves)
      default: break
      }
    }
    walk("", json)
    return leaves.filter { $0.value != .number(0) && $0.value != .text("") }
  }

  private static let points = "TenThousandths"
  private static let amounts = "Hundredths"

  private func leaves(protobuf json: [String: Any]) -> [String: Leaf] {
    leaves(json) { path, leaf, leaves in
      switch leaf {
      case .number(let number) where path.hasSuffix(Self.points):
        leaves[String(path.dropLast(Self.points.count))] = .number(number / 10_000)
      case .number(let number) where path.hasSuffix(Self.amounts):
        leaves[String(path.dropLast(Self.amounts.count))] = .number(number / 100)
      case .number: leaves[path] = leaf
      case .text(let text): leaves[path] = .text(plain(text))
      }
    } isNamed: {
      // In JSON these are the members of an object.
      [
        ".dimensions", ".bands", ".overridden", ".effectiveBands", ".quadrants", ".cause.parts",
      ].contains($0)
    }
  }

  /// A word of an enumeration, and a time of a whole second, as our JSON has them.
  private func plain(_ text: String) -> String {
    for prefix in ["QUADRANT_", "STATE_", "SEVERITY_", "ACTION_"] where text.hasPrefix(prefix) {
      return text.dropFirst(prefix.count).lowercased()
    }
    let isWholeSecond = text.utf8.count == 20 && text.hasPrefix("20") && text.hasSuffix("Z")
    return isWholeSecond ? text.dropLast() + ".000Z" : text
  }

  private func leaves(ours json: [String: Any], of contract: Contract) -> [String: Leaf] {
    leaves(json) { path, leaf, leaves in leaves[renamed(path, contract)] = leaf }
  }

  /// What the contract in Protobuf calls a member of the JSON.
  private func renamed(_ path: String, _ contract: Contract) -> String {
    if contract == .rollup, path.hasPrefix(".score.") { return String(path.dropFirst(6)) }
    if path.hasPrefix(".axes.") { return String(path.dropFirst(5)) }
    guard path.contains(".features.") else { return path }
    return path.replacing(".features.used", with: ".featuresUsed")
      .replacing("].feature", with: "].name").replacing(".features.top", with: ".topFeatures")
      .replacing(".features.converting", with: ".convertingFeatures")
  }
}
