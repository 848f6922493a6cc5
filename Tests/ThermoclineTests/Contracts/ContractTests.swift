import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit

/// What the code writes is what the schemas in deploy/contracts say, and they say nothing that it does not write.
@Suite(.timeLimit(.minutes(10))) struct ContractTests {
  /// The files of a replay and the contract of their lines.
  private static let files: KeyValuePairs<String, Contract> = [
    "scores": .score, "score-changes": .score, "alerts": .alert, "rollups": .rollup,
    "usage": .usage, "dead-letters": .deadLetter, "windows": .windowRow,
  ]
  private static let written: [Contract] = Contract.allCases.filter {
    !$0.isInput && $0 != .deadLetterHeaders
  }

  private func lines(of contract: Contract) throws -> [String] {
    let output = try SimulatedOutput.shared.get()
    return Self.files.filter { $0.value == contract }.flatMap { output.lines[$0.key] ?? [] }
  }

  private func document(_ line: String) throws -> FoundationJSON {
    try #require(FoundationJSON.read(Array(line.utf8)), "\(line)")
  }

  private func documents(of contract: Contract) throws -> [FoundationJSON] {
    try lines(of: contract).map(document) + RareOutput.documents(of: contract)
  }

  @Test func everyFileOfAReplayHasItsContract() throws {
    let names = try SimulatedOutput.shared.get().lines.keys
    #expect(names.sorted() == Self.files.map(\.key).sorted())
    for name in names {
      #expect(try !SimulatedOutput.shared.get().lines[name]!.isEmpty, "\(name)")
    }
  }

  @Test("what is written conforms, and all that the schema names is written", arguments: written)
  func conforms(_ contract: Contract) throws {
    let schema = try contract.schema()
    var refused = 0
    for document in try documents(of: contract) {
      let problems = schema.problems(in: document)
      if !problems.isEmpty, refused < 5 {
        refused += 1
        Issue.record("\(contract.rawValue): \(problems)")
      }
    }
    #expect(schema.properties.subtracting(schema.met).sorted() == [], "never written")
    #expect(
      schema.nullableProperties.subtracting(schema.metNull).sorted() == [], "never written as null")
  }

  @Test("every rule raises an alert, and every state is told of")
  func everyRule() throws {
    let alerts = try documents(of: .alert)
    let rules = Set(alerts.compactMap { $0["rule"]?.text })
    for rule in PeopleRule.allCases.map(\.name) + AccountRule.allCases.map(\.name) + ["silence"] {
      #expect(rules.contains(rule), "\(rule)")
    }
    for start in ["drop:", "tracking_outage"] {
      #expect(rules.contains { $0.hasPrefix(start) }, "\(start)")
    }
    let states = Set(alerts.compactMap { $0["state"]?.text })
    #expect(states == Set(AlertState.allCases.map(\.rawValue)))
  }

  @Test("a message that lacks a member, has one more, or another type in one is refused")
  func spoiled() throws {
    for contract in Self.written {
      let schema = try contract.schema()
      let document =
        if let line = try lines(of: contract).first { try document(line) } else {
          try #require(try RareOutput.documents(of: contract).first)
        }
      let members = try #require(document.members)
      #expect(schema.problems(in: document) == [])
      for name in members.keys {
        var (less, other) = (members, members)
        less[name] = nil
        other[name] = .array([.null])
        if schema.required.contains(name) {
          #expect(!schema.problems(in: .object(less)).isEmpty, "\(contract) without \(name)")
        }
        #expect(!schema.problems(in: .object(other)).isEmpty, "\(contract) with another \(name)")
      }
      var more = members
      more["other"] = .string("")
      #expect(!schema.problems(in: .object(more)).isEmpty, "\(contract) with one more")
    }
  }
}
