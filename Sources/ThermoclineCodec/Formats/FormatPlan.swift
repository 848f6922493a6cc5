internal import ThermoclineCore

/// Which fields a format asks for and what they mean; built once.
///
/// SAFETY of `@unchecked Sendable`: the memory is filled in `init`, never written after it, and freed
/// in `deinit`.
@safe final class FormatPlan: @unchecked Sendable {
  let tree: FieldTree
  /// What is read for every event.
  let fields: PlainView<FormatFields>
  private let groupType: UnsafeMutablePointer<UInt8>

  /// Slots that mean something in one format only; `SlotList.none` or empty in the others.
  struct Special {
    var groupID = SlotList.none
    var event = SlotList.none
    var name = SlotList.none
    var previousID = SlotList.none
    var specversion = SlotList.none
    var source = SlotList.none
    var id = SlotList.none
    var type = SlotList.none
    var subject = SlotList.none
    var time = SlotList.none
    var groups = SlotList([])
    var groupIndices = SlotList([])
    var groupType = SlotList([])
    var groupKey = SlotList([])
    var aliases = SlotList([])
    var anonymousID = SlotList([])
  }

  /// The mapping has no finding for the format.
  convenience init(format: InputFormat, mapping: FieldMapping, accountGroupType: String) {
    var draft = PlanDraft(mapping: mapping)
    let special = draft.add(format, accountGroupType)
    precondition(draft.fits, "a mapping is checked before it is used")
    self.init(draft, format, special, accountGroupType)
  }

  /// A plan for messages that `auto` takes for a format: its first slots are the sniffer's keys, so
  /// that one walk finds the fields and confirms the format. nil when they do not fit one tree.
  convenience init?(guessing format: InputFormat, accountGroupType: String) {
    var draft = PlanDraft(mapping: FieldMapping())
    draft.addKeysOfSniffer()
    let special = draft.add(format, accountGroupType)
    guard draft.fits else { return nil }
    self.init(draft, format, special, accountGroupType)
  }

  /// The plan of rows whose columns have these names; a column's slot is its place in `columns`.
  convenience init(format: InputFormat, columns: [String], fields: [EventField: [String]]) {
    var builder = FieldTreeBuilder()
    for column in columns { _ = builder.slot([column]) }
    func slots(_ field: EventField) -> [UInt8] {
      (fields[field] ?? []).compactMap { columns.firstIndex(of: $0).map(UInt8.init) }
    }
    self.init(builder, format, Special(), "", wrapper: SlotList.none, lenient: 0, slots)
  }

  private convenience init(
    _ draft: PlanDraft, _ format: InputFormat, _ special: Special, _ accountGroupType: String
  ) {
    self.init(
      draft.tree, format, special, accountGroupType, wrapper: draft.wrapper,
      lenient: draft.lenient, draft.slots)
  }

  private init(
    _ builder: FieldTreeBuilder, _ format: InputFormat, _ special: Special,
    _ accountGroupType: String, wrapper: UInt8, lenient: UInt64, _ slots: (EventField) -> [UInt8]
  ) {
    tree = FieldTree(builder)
    let name = Array(accountGroupType.utf8.prefix(255))
    unsafe groupType = .allocate(capacity: name.count + 1)
    unsafe groupType.initialize(from: name + [0], count: name.count + 1)
    let own = UnsafeMutablePointer<Special>.allocate(capacity: 1)
    unsafe own.initialize(to: special)
    let fields = UnsafeMutablePointer<FormatFields>.allocate(capacity: 1)
    unsafe fields.initialize(
      to: FormatFields(
        format: format, tree: tree.view, groupType: groupType,
        groupTypeLength: UInt8(name.count), type: SlotList(slots(.type)),
        account: SlotList(slots(.account)), user: SlotList(slots(.user)),
        time: SlotList(slots(.time)), id: SlotList(slots(.id)), value: SlotList(slots(.value)),
        feature: SlotList(slots(.feature)), special: PlainView(address: own),
        wrapper: wrapper, lenient: lenient))
    self.fields = unsafe PlainView<FormatFields>(address: fields)
  }

  deinit {
    unsafe groupType.deallocate()
    unsafe fields.special.address.deallocate()
    unsafe fields.address.deallocate()
  }

  /// Slots that mean something in one format only.
  var special: PlainView<Special> { fields.special }

  /// The node of a CloudEvent's data; 0 when there is none.
  var dataNode: Int {
    let first = Int(tree[0].firstChild)
    for node in first..<first + Int(tree[0].childrenCount) where tree.key(node) == "data" {
      return node
    }
    return 0
  }
}
