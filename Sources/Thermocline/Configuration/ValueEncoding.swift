internal import ThermoclineEngine
internal import ThermoclineKafka
internal import ThermoclineProtobuf

/// How the values of the output topics are written.
package enum ValueEncoding: String, Sendable, CaseIterable {
  case json
  /// `deploy/contracts/proto`; dead letters stay what was refused.
  case protobuf

  /// What the sink does to the engine's values; nil = they stay as they are.
  var outputEncoding: OutputEncoding? {
    guard self == .protobuf else { return nil }
    return OutputEncoding(
      header: { stream in
        ProtobufMessage(stream).map {
          KafkaHeader(ProtobufMessage.header, Array($0.contentType.utf8))
        }
      },
      encode: { stream, json in try ProtobufMessage(stream)?.encode(json: json) ?? json })
  }
}

extension ProtobufMessage {
  /// What the values of a stream are; nil where there is no message for them.
  init?(_ stream: OutputStream) {
    switch stream {
    case .scores, .changes: self = .score
    case .alerts: self = .alert
    case .rollups: self = .rollup
    case .usage: self = .usage
    case .deadLetters, .windows, .checkpoints, .segments: return nil
    }
  }
}
