import Foundation
import Testing
import ThermoclineTestKit

@testable import Thermocline

/// The AsyncAPI document names the topics, settings and schemas that there are.
@Suite struct AsyncAPITests {
  private let document: YAMLNode

  init() throws {
    let text = try String(
      contentsOf: Contract.folder.appending(path: "asyncapi.yaml"), encoding: .utf8)
    document = YAMLNode(node: try YAMLFile.parse(text, "asyncapi.yaml"), path: "")
  }

  private func node(_ keys: [String]) throws -> YAMLNode {
    var node = document
    for key in keys { node = try member(key, of: node) }
    return node
  }

  private func member(_ key: String, of node: YAMLNode) throws -> YAMLNode {
    try #require(try node.entries().first { $0.0 == key }?.1, "\(node.path).\(key)")
  }

  private func references(in node: YAMLNode) -> [String] {
    if let entries = try? node.entries() {
      return entries.flatMap { key, value in
        key == "$ref" ? [(try? value.string()) ?? ""] : references(in: value)
      }
    }
    return ((try? node.list()) ?? []).flatMap(references)
  }

  @Test func itsReferencesLeadSomewhere() throws {
    let all = references(in: document)
    for reference in all where reference.hasPrefix("#/") {
      _ = try node(reference.dropFirst(2).split(separator: "/").map(String.init))
    }
    let files = Set(all.filter { !$0.hasPrefix("#/") }.map { $0.dropFirst(2) })
    // The files of a replay are in no topic.
    let topics = Contract.allCases.filter { $0 != .deadLetter && $0 != .windowRow }
    let messages = ["score", "alert", "rollup", "usage"].map { "proto/thermocline/v1/\($0).proto" }
    #expect(files == Set(topics.map { $0.fileName[...] } + messages.map { $0[...] }))
  }

  @Test(
    "its topics are those of the default configuration, with the settings that `topics` gives them")
  func topics() throws {
    let configuration = JobConfiguration()
    let plan = TopicPlan(configuration, replication: 3).topics
    var addresses: [String] = []
    for (name, channel) in try node(["channels"]).entries() {
      let settings = try member(
        "topicConfiguration", of: member("kafka", of: member("bindings", of: channel)))
      let address = try member("address", of: channel)
      let policy = try member("cleanup.policy", of: settings).strings()
      if address.isNull {
        #expect(policy == ["compact"], "\(name)")
        continue
      }
      let topic = try #require(plan.first { $0.name == (try? address.string()) }, "\(name)")
      addresses.append(topic.name)
      var said = try Dictionary(
        uniqueKeysWithValues: settings.entries().filter { $0.0 != "cleanup.policy" }
          .map { ($0.0, try $0.1.string()) })
      said["cleanup.policy"] = policy.joined(separator: ",")
      var planned = topic.settings
      planned["min.insync.replicas"] = nil
      #expect(said == planned, "\(name)")
    }
    #expect(addresses.sorted() == plan.map(\.name).sorted())
  }

  @Test func everyChannelIsReadOrWritten() throws {
    let channels = try node(["channels"]).entries().map { "#/channels/" + $0.0 }
    let used = try node(["operations"]).entries().map {
      try member("$ref", of: member("channel", of: $0.1)).string()
    }
    #expect(used.sorted() == channels.sorted())
  }
}
