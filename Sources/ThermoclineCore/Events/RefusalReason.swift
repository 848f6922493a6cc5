/// Why an event was not applied. The raw value is the stable code in the header `error.reason` of a
/// dead letter and in the counters; a code is never reused with another meaning.
public enum RefusalReason: String, CaseIterable, Sendable {
  case emptyMessage = "empty_message"
  case notJSON = "not_json"
  case notAnObject = "not_an_object"
  case invalidUTF8 = "invalid_utf8"
  case nestingTooDeep = "nesting_too_deep"
  case duplicateKey = "duplicate_key"
  case messageTooLarge = "message_too_large"
  /// A gzip payload that is cut off or damaged.
  case badCompression = "bad_compression"
  /// A line that has not the columns of its format, or whose quotation marks do not match.
  case malformedRow = "malformed_row"
  /// A CloudEvent of another version than 1.0.
  case unsupportedVersion = "unsupported_version"
  case wrongType = "wrong_type"
  case missingType = "missing_type"
  case missingAccount = "missing_account"
  case missingTime = "missing_time"
  /// A CloudEvent without `id` or `source`.
  case missingID = "missing_id"
  case nameTooLong = "name_too_long"
  case valueOutOfRange = "value_out_of_range"
  case invalidTime = "invalid_time"
  case timeOutOfRange = "time_out_of_range"
  case timeInFuture = "time_in_future"
  /// Behind the watermark by more than the allowed lateness. Counted as `late`, not as `refused`.
  case late = "late"
  /// The event names no account, and its user's is not known, or did not become known in time.
  case noAccount = "no_account"
  /// The configured maximum of accounts, or of bytes for their windows, is reached and this event's account is a new one; or
  /// the closed windows have no room for any event. The detail says which.
  case tooManyAccounts = "too_many_accounts"
}
