/// Why gzip data could not be inflated, and where.
package struct GzipError: Error, Equatable {
  package enum Kind: Sendable, Equatable {
    /// The data ends within a member.
    case truncated
    /// The data is no gzip, or was damaged: a header, code or checksum is wrong.
    case corrupt
    /// The inflated data is larger than the caller allows.
    case tooLarge
  }

  package var kind: Kind
  /// Compressed bytes taken when it showed, counted from the first byte given.
  package var byteOffset: Int64
  /// What zlib says; empty when it says nothing.
  package var detail: String
}
