/// Where the fields of an event stand in messages of any shape: a JSON pointer (RFC 6901) for each
/// field of the format `mapped`, a column's name for each of the format `csv`.
package struct FieldMapping: Sendable, Equatable {
  package var sources: [EventField: String]

  package init(_ sources: [EventField: String] = [:]) { self.sources = sources }
}
