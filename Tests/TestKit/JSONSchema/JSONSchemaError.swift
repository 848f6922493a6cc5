/// Why a text is no schema that `JSONSchema` can hold anything against.
public struct JSONSchemaError: Error, Equatable, CustomStringConvertible {
  /// Where in the schema, as a JSON pointer.
  public var path: String
  /// What is wrong there.
  public var problem: String

  public var description: String { "\(path): \(problem)" }
}
