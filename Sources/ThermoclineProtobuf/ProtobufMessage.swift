internal import SwiftProtobuf
package import ThermoclineCodec
internal import ThermoclineCore

/// The values of output topics that there are as Protobuf too, and the way between the two: through the vocabulary, so
/// that either says exactly what the other does.
package enum ProtobufMessage: String, CaseIterable, Sendable {
  case score = "thermocline.v1.Score"
  case alert = "thermocline.v1.Alert"
  case rollup = "thermocline.v1.Rollup"
  case usage = "thermocline.v1.Usage"

  /// The header that says what a message's value is.
  package static let header = "content-type"

  /// The value of that header.
  package var contentType: String { "application/x-protobuf; messageType=\"\(rawValue)\"" }

  /// The message that a content type names; nil where it is another one, as JSON's.
  package init?(contentType: String) {
    let parts = contentType.filter { !$0.isWhitespace }.split(separator: ";")
    guard parts.first?.lowercased() == "application/x-protobuf" else { return nil }
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0].lowercased() == "messagetype" else { continue }
      self.init(rawValue: pair[1].filter { $0 != "\"" })
      return
    }
    return nil
  }

  /// The Protobuf of a value in JSON.
  package func encode(json: [UInt8]) throws(OutputDecodingError) -> [UInt8] {
    switch self {
    case .score: try Self.bytes(Thermocline_V1_Score(HealthScoreDecoder.decode(json)))
    case .alert: try Self.bytes(Thermocline_V1_Alert(HealthAlertDecoder.decode(json)))
    case .rollup: try Self.bytes(Thermocline_V1_Rollup(HealthRollupDecoder.decode(json)))
    case .usage: try Self.bytes(Thermocline_V1_Usage(AccountUsageDecoder.decode(json)))
    }
  }

  /// The JSON of a value in Protobuf. Fields that are not known are passed over.
  package func json(_ bytes: [UInt8]) throws(OutputDecodingError) -> [UInt8] {
    var writer = JSONWriter()
    switch self {
    case .score:
      HealthScoreEncoder.encode(
        try Self.message(Thermocline_V1_Score.self, bytes).score(), into: &writer)
    case .alert:
      HealthAlertEncoder.encode(
        try Self.message(Thermocline_V1_Alert.self, bytes).alert(), into: &writer)
    case .rollup:
      HealthRollupEncoder.encode(
        try Self.message(Thermocline_V1_Rollup.self, bytes).rollup(), into: &writer)
    case .usage:
      _ = AccountUsageEncoder.encode(
        try Self.message(Thermocline_V1_Usage.self, bytes).usage(), into: &writer)
    }
    return writer.bytes
  }

  private static func bytes(_ message: some SwiftProtobuf.Message) -> [UInt8] {
    do { return try message.serializedBytes() } catch {
      // Only a message above 2 GiB or of proto2 with a required field left out is refused.
      preconditionFailure("a message without required fields was not written: \(error)")
    }
  }

  private static func message<Message: SwiftProtobuf.Message>(
    _ type: Message.Type, _ bytes: [UInt8]
  ) throws(OutputDecodingError) -> Message {
    do { return try Message(serializedBytes: bytes) } catch {
      throw .notProtobuf(detail: "\(error)")
    }
  }
}
