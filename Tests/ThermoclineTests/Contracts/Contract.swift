import Foundation
import Testing
import ThermoclineCodec
import ThermoclineTestKit

/// The schemas in deploy/contracts.
enum Contract: String, CaseIterable {
  case score = "health-score"
  case alert = "health-alert"
  case rollup = "health-rollup"
  case usage = "health-usage"
  case deadLetter = "dead-letter"
  case deadLetterHeaders = "dead-letter-headers"
  case windowRow = "window-row"
  case override = "score-override"
  case control = "alert-control"
  case event = "product-event"
  case profile = "account-profile"

  static let folder = packageRoot.appending(path: "deploy/contracts")

  /// Written by others: more may stand in it than is read.
  var isInput: Bool { self == .event || self == .profile }

  var fileName: String { rawValue + ".schema.json" }

  /// The name of its Protobuf file.
  var proto: String { String(rawValue.split(separator: "-")[1]) }
  /// The last word of its Protobuf message's name.
  var message: String { proto.capitalized }

  func schema() throws -> JSONSchema {
    try JSONSchema(Array(try Data(contentsOf: Self.folder.appending(path: fileName))))
  }
}

/// What a writer writes, as Foundation reads it.
func written(_ write: (inout JSONWriter) -> Void) throws -> FoundationJSON {
  var writer = JSONWriter()
  write(&writer)
  return try #require(FoundationJSON.read(writer.bytes))
}
