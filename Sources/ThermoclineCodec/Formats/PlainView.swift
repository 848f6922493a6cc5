/// A value in memory that someone else holds, read member by member: a whole copy would cost more
/// than the member.
///
/// SAFETY: whoever makes one holds the memory longer than the view is used and does not write to it:
/// a decoder keeps its plans, and a view is used only within a call of the decoder.
@safe @dynamicMemberLookup
struct PlainView<Value: BitwiseCopyable>: BitwiseCopyable, @unchecked Sendable {
  let address: UnsafePointer<Value>

  /// A member of the value.
  @inline(__always) subscript<Member>(dynamicMember path: KeyPath<Value, Member>) -> Member {
    unsafe address.pointee[keyPath: path]
  }
}
