internal import ThermoclineProtobuf

extension TopicMessage {
  /// The value of an output topic's message as JSON, whichever of the two encodings it came in; nil = a tombstone. What its
  /// header calls Protobuf and is none stays as it is: then it is no JSON either.
  package var output: [UInt8]? {
    guard let value, !headers.isEmpty,
      let kind = header(ProtobufMessage.header).flatMap({ ProtobufMessage(contentType: $0) })
    else { return value }
    return (try? kind.json(value)) ?? value
  }
}
