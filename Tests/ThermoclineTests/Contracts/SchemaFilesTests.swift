import Foundation
import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit

/// The schema files themselves.
@Suite struct SchemaFilesTests {
  @Test func everyFileIsAContract() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Contract.folder.path)
    #expect(
      Set(names.filter { $0.hasSuffix(".schema.json") }) == Set(Contract.allCases.map(\.fileName)))
  }

  @Test("each names its version, and its examples conform", arguments: Contract.allCases)
  func examples(_ contract: Contract) throws {
    let schema = try contract.schema()
    #expect(
      schema.id.wholeMatch(of: /urn:thermocline:([a-z-]+):[1-9]/)?.1 == contract.rawValue[...])
    #expect(!schema.examples.isEmpty)
    for example in schema.examples { #expect(schema.problems(in: example) == []) }
    #expect(schema.openObjects == (contract.isInput ? [""] : []), "open to anything")
  }

  @Test func theReadmeListsEveryVersion() throws {
    let readme = try String(
      contentsOf: Contract.folder.appending(path: "README.md"), encoding: .utf8)
    for contract in Contract.allCases {
      let version = try #require(try contract.schema().id.split(separator: ":").last)
      #expect(
        readme.contains("[`\(contract.fileName)`](\(contract.fileName)) | \(version) |"),
        "\(contract.rawValue)")
    }
  }

  @Test func wordsAreThoseOfTheCode() throws {
    func words(_ contract: Contract, _ path: String) throws -> [String] {
      try contract.schema().choices(at: path).sorted()
    }
    let quadrants = Quadrant.allCases.map(\.rawValue).sorted()
    #expect(try words(.score, "/properties/quadrant") == quadrants)
    #expect(
      try words(.alert, "/properties/state") == AlertState.allCases.map(\.rawValue).sorted())
    #expect(try words(.alert, "/properties/severity") == Severity.allCases.map(\.rawValue).sorted())
    #expect(
      try words(.alert, "/properties/cause/properties/verdict")
        == CauseVerdict.allCases.map(\.rawValue).sorted())
    let actions = AlertControl.Action.allCases.map(\.rawValue).sorted()
    #expect(try words(.alert, "/properties/control/properties/action") == actions)
    #expect(try words(.control, "/properties/action") == actions)
    #expect(
      try words(.rollup, "/properties/parent/properties/rule")
        == ParentRule.allCases.map(\.rawValue).sorted())
    let reasons = RefusalReason.allCases.map(\.rawValue).sorted()
    #expect(try words(.deadLetter, "/properties/reason") == reasons)
    #expect(try words(.deadLetterHeaders, "/properties/error.reason") == reasons)
  }

  @Test func rulesAreThoseOfTheCode() throws {
    let schema = try Contract.alert.schema()
    var alert = try #require(schema.examples.first?.members)
    func takes(_ rule: String) -> Bool {
      alert["rule"] = .string(rule)
      return schema.problems(in: .object(alert)).isEmpty
    }
    for rule in PeopleRule.allCases.map(\.name) + AccountRule.allCases.map(\.name) {
      #expect(takes(rule), "\(rule)")
    }
    for rule in ["drop:events_7d", "silence", "tracking_outage", "tracking_outage:bot_calls_7d"] {
      #expect(takes(rule), "\(rule)")
    }
    for rule in ["", "drop:", "drop", "silences", "a drop:x"] { #expect(!takes(rule), "\(rule)") }
  }
}
