package import ThermoclineCore
internal import ThermoclineKafka

/// A refused message as it lies in the dead-letter topic.
package struct DeadLetter: Sendable {
  /// Where the letter lies.
  package var partition: Int32
  package var offset: Int64
  /// When it was refused; nil when the topic keeps no times.
  package var time: EventTime?
  /// As received.
  package var key: [UInt8]?
  package var value: [UInt8]
  /// The stable code; `(none)` when the message has none, so that it is no letter of ours.
  package var reason: String
  package var detail: String
  /// Where the message came from, as far as the letter says.
  package var sourceTopic: String?
  package var sourcePartition: Int32?
  package var sourceOffset: Int64?
  /// Headers that came with the message.
  let headers: [KafkaHeader]
  /// Headers that came with it and are not in the letter, because there were too many.
  let headersLeftOut: Int
  /// The letter's message, for decoding.
  let message: TopicMessage

  init(_ message: TopicMessage) {
    self.message = message
    partition = message.partition
    offset = message.offset
    time = message.timestampMilliseconds.map { EventTime(milliseconds: $0) }
    key = message.key
    value = message.value ?? []
    reason = message.header("error.reason") ?? "(none)"
    detail = message.header("error.detail") ?? ""
    sourceTopic = message.header("source.topic")
    sourcePartition = message.header("source.partition").flatMap { Int32($0) }
    sourceOffset = message.header("source.offset").flatMap { Int64($0) }
    headers = LetterHeaders.original(of: message.headers)
    headersLeftOut = message.header(LetterHeaders.leftOut).flatMap { Int($0) } ?? 0
  }
}
