import Foundation
import Testing
import ThermoclineTestKit

@testable import ThermoclineCodec

/// The exact reader against Foundation's on generated documents and on broken ones.
@Suite struct JSONValueTests {
  @Test(arguments: [1, 2, 3] as [UInt64]) func readsAndRefusesAsFoundation(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("\"\\{}[],:.-+eE0123456789 \n\ttrufalsn\u{1}é".utf8)
    var taken = 0
    for _ in 0..<400 {
      var bytes = Array(document(depth: 3, using: &random).utf8)
      try compare(bytes, isJSON: true)
      for _ in 0..<3 {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = alphabet.randomElement(using: &random)!
        case 1: bytes.insert(alphabet.randomElement(using: &random)!, at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
        if try compare(bytes) { taken += 1 }
      }
    }
    #expect(taken > 100)
  }

  @discardableResult
  private func compare(_ bytes: [UInt8], isJSON: Bool? = nil) throws -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    let expected = FoundationJSON.read(bytes)
    let value = try? JSONValue(bytes)
    // Foundation refuses numbers beyond Double's range, which the grammar allows.
    if let value, hasHugeNumber(value) { return true }
    #expect((value == nil) == (expected == nil), "\(text)")
    if let isJSON { #expect((value != nil) == isJSON, "\(text)") }
    if let value, let expected { #expect(same(value, expected), "\(text)") }
    return value != nil
  }

  private func hasHugeNumber(_ value: JSONValue) -> Bool {
    switch value {
    case .number(let text): Double(text)?.isFinite != true
    case .array(let elements): elements.contains(where: hasHugeNumber)
    case .object(let members): members.contains { hasHugeNumber($0.value) }
    default: false
    }
  }

  private func same(_ ours: JSONValue, _ theirs: FoundationJSON) -> Bool {
    switch (ours, theirs) {
    case (.null, .null), (.number, .hugeNumber): true
    case (.bool(let a), .bool(let b)): a == b
    case (.string(let a), .string(let b)): a.unicodeScalars.elementsEqual(b.unicodeScalars)
    case (.number(let a), .number(let b)):
      Double(a).map { abs($0 - (b as NSDecimalNumber).doubleValue) <= abs($0) * 1e-14 } ?? false
    case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
    case (.object(let a), .object(let b)):
      // Of a key that stands twice, Foundation keeps one of the values.
      Set(a.map(\.key)) == Set(b.keys)
        && b.allSatisfy { key, value in a.contains { $0.key == key && same($0.value, value) } }
    default: false
    }
  }

  private func document(depth: Int, using random: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
    case 0: return ["null", "true", "false"].randomElement(using: &random)!
    case 1: return String(Int64.random(in: -1_000_000...1_000_000, using: &random))
    case 2: return String(Double.random(in: -1e6...1e6, using: &random))
    case 3:
      return "\(Int.random(in: -9...9, using: &random))e\(Int.random(in: -9...9, using: &random))"
    case 4, 5: return string(using: &random)
    case 6:
      let count = Int.random(in: 0...3, using: &random)
      let elements = (0..<count).map { _ in document(depth: depth - 1, using: &random) }
      return "[ " + elements.joined(separator: " ,\n") + "]"
    default:
      let count = Int.random(in: 0...3, using: &random)
      let members = (0..<count).map { _ in
        string(using: &random) + "\t: " + document(depth: depth - 1, using: &random)
      }
      return "{" + members.joined(separator: ", ") + " }"
    }
  }

  private func string(using random: inout SeededGenerator) -> String {
    let pieces = [
      "a", "Z", " ", "é", "🌡", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\ud83c\\udf21", "\\u00e9",
    ]
    let count = Int.random(in: 0...6, using: &random)
    return "\"" + (0..<count).map { _ in pieces.randomElement(using: &random)! }.joined() + "\""
  }
}
