/// Why bytes are no value of an output topic.
package enum OutputDecodingError: Error, Equatable, CustomStringConvertible {
  case notJSON(offset: Int, detail: String)
  case notAnObject
  case notProtobuf(detail: String)
  /// The field is missing or holds something else than it should.
  case badField(String)

  package var description: String {
    switch self {
    case .notJSON(let offset, let detail): "not JSON: at byte \(offset), \(detail)"
    case .notAnObject: "not an object"
    case .notProtobuf(let detail): "no Protobuf of its kind: \(detail)"
    case .badField(let name): "the field \"\(name)\" is missing or not what it should be"
    }
  }
}
