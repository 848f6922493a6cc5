internal import ThermoclineCore
package import ThermoclineEngine

/// The headers of a dead letter: ours, which say why and where the message was refused, and those that came with it.
package enum LetterHeaders {
  private static let reason = "error.reason"
  private static let detail = "error.detail"
  private static let topic = "source.topic"
  private static let partition = "source.partition"
  private static let offset = "source.offset"
  /// How many of the message's headers are not in the letter, because they passed a bound.
  package static let leftOut = "error.headers_left_out"
  private static let own: Set<String> = [reason, detail, topic, partition, offset, leftOut]

  /// All headers of a letter. A header that came with the message under one of our names is not among them.
  package static func of(_ origin: DeadLetterOrigin, isCompressed: Bool) -> [KafkaHeader] {
    var headers = of(
      reason: origin.reason.rawValue, detail: origin.detail, topic: origin.topic,
      partition: origin.partition, offset: origin.position)
    if origin.headers.leftOutCount > 0 {
      headers.append(KafkaHeader(leftOut, Array("\(origin.headers.leftOutCount)".utf8)))
    }
    for header in origin.headers.all where !own.contains(header.name) {
      // One event of a compressed message stands in its letter as it was inflated.
      if !isCompressed, header.name.lowercased() == "content-encoding" { continue }
      headers.append(KafkaHeader(header.name, header.value))
    }
    return headers
  }

  /// Our own: why a message goes no further, and where it lay.
  package static func of(
    reason code: String, detail text: String, topic name: String, partition number: Int32,
    offset position: Int64
  ) -> [KafkaHeader] {
    [
      KafkaHeader(reason, Array(code.utf8)), KafkaHeader(detail, Array(text.utf8)),
      KafkaHeader(topic, Array(name.utf8)), KafkaHeader(partition, Array("\(number)".utf8)),
      KafkaHeader(offset, Array("\(position)".utf8)),
    ]
  }

  /// The headers that came with the message that a letter is of.
  package static func original(of letter: [KafkaHeader]) -> [KafkaHeader] {
    letter.filter { !own.contains($0.name) }
  }
}
