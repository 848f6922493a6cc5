/// Why a text is not JSON this module reads, and at which byte.
package struct JSONFault: Error, Equatable {
  package enum Kind: Sendable {
    /// The text breaks the grammar of RFC 8259.
    case notJSON
    /// Arrays and objects stand deeper in each other than `Limits.nestingMax`.
    case nestingTooDeep
  }

  package var kind: Kind
  /// Byte at which the fault was seen, counted from the first byte of the text.
  package var offset: Int
  /// What was wrong there, as the end of the sentence "at byte n, …".
  package var detail: String
}
