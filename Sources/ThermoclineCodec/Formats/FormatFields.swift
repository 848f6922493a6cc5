/// Where the fields of a format stand: all that is read for every event, without a reference in it.
///
/// SAFETY: `groupType` has `groupTypeLength` bytes, which the plan holds as long as the fields.
@safe struct FormatFields: BitwiseCopyable {
  let format: InputFormat
  let tree: FieldTree.View
  /// The kind of group that is an account, which the plan holds.
  let groupType: UnsafePointer<UInt8>
  let groupTypeLength: UInt8
  /// For each field the slots it may stand in, the best first.
  let type, account, user, time, id, value, feature: SlotList
  /// Fields that mean something in one format only.
  let special: FormatPlan.Special
  /// Where the events of a batch stand: an array in the object.
  let wrapper: UInt8
  /// Values of these slots are free: what has the wrong type there is no value.
  let lenient: UInt64

  /// The fields of a plan in place.
  ///
  /// SAFETY: the plan that holds the memory outlives each use: a decoder keeps its plans, and a view
  /// is used only within a call of the decoder. The memory is not written after it was filled.
  @safe struct View: BitwiseCopyable, @unchecked Sendable {
    let address: UnsafePointer<FormatFields>

    var plan: FormatFields { @inline(__always) unsafeAddress { unsafe address } }
  }
}
