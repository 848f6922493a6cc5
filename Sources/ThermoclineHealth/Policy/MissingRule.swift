/// What a measure counts as while it has no data.
package enum MissingRule: String, Sendable, CaseIterable, BitwiseCopyable {
  /// It has no say, and its weight goes to the others.
  case absent
  /// As a value of 0. Where few is good, it stays absent while nothing at all happens: silence is no good sign.
  case zero
  /// Of different users: one, while anything happened in the window, for somebody did it; none otherwise. An event that
  /// names a user then never makes an account look worse than one that does not.
  case one
  /// The curve's lowest points.
  case worst
}
