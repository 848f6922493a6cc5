/// What an event says besides that something happened.
@frozen public enum EventKind: UInt8, Sendable, BitwiseCopyable {
  /// Nothing else.
  case event
  /// The event's `user` belongs to its `account` from now on. When it has an account it also counts
  /// as an event of its type.
  case membership
  /// The event's `user` is the same person as an earlier user id, which stands in `feature`.
  case alias
}
