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
  let special: PlainView<FormatPlan.Special>
  /// Where the events of a batch stand: an array in the object.
  let wrapper: UInt8
  /// Values of these slots are free: what has the wrong type there is no value.
  let lenient: UInt64
}
