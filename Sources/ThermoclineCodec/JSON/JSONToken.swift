/// What a JSON value is, told by its first byte.
enum JSONKind {
  case object, array, string, number, literal
}

/// A string's place in the text: the bytes between its quotation marks, as written.
struct JSONStringToken {
  var range: Range<Int>
  /// True when the bytes are not yet the text they stand for.
  var hasEscapes: Bool
}

/// A number's place in the text.
struct JSONNumberToken {
  var range: Range<Int>
  /// True when written without fraction and exponent.
  var isPlainInteger: Bool
}

/// The three words of JSON.
enum JSONLiteral: Equatable {
  case null, `true`, `false`
}
