internal import ThermoclineCore

/// Which fields a format asks for and what they mean; built once.
final class FormatPlan: Sendable {
  let format: InputFormat
  let accountGroupType: String
  let tree: FieldTree
  /// For each field the slots it may stand in, the best first.
  let type, account, user, time, id, value, feature: SlotList
  /// Fields that mean something in one format only.
  let special: Special
  /// Where the events of a batch stand: an array in the object.
  let wrapper: UInt8
  /// Values of these slots are free: what has the wrong type there is no value.
  let lenient: UInt64

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
  init(format: InputFormat, mapping: FieldMapping, accountGroupType: String) {
    self.format = format
    self.accountGroupType = accountGroupType
    var draft = PlanDraft(mapping: mapping)
    special = draft.add(format, accountGroupType)
    precondition(draft.fits, "a mapping is checked before it is used")
    wrapper = draft.wrapper
    type = SlotList(draft.slots(.type))
    account = SlotList(draft.slots(.account))
    user = SlotList(draft.slots(.user))
    time = SlotList(draft.slots(.time))
    id = SlotList(draft.slots(.id))
    value = SlotList(draft.slots(.value))
    feature = SlotList(draft.slots(.feature))
    lenient = draft.lenient
    tree = FieldTree(draft.tree)
  }

  /// The plan of rows whose columns have these names; a column's slot is its place in `columns`.
  init(format: InputFormat, columns: [String], fields: [EventField: [String]]) {
    self.format = format
    accountGroupType = ""
    special = Special()
    wrapper = SlotList.none
    var builder = FieldTreeBuilder()
    for column in columns { _ = builder.slot([column]) }
    tree = FieldTree(builder)
    func slots(_ field: EventField) -> SlotList {
      SlotList((fields[field] ?? []).compactMap { columns.firstIndex(of: $0).map(UInt8.init) })
    }
    type = slots(.type)
    account = slots(.account)
    user = slots(.user)
    time = slots(.time)
    id = slots(.id)
    value = slots(.value)
    feature = slots(.feature)
    lenient = 0
  }

  /// The node of a CloudEvent's data; 0 when there is none.
  var dataNode: Int {
    let first = Int(tree[0].firstChild)
    for node in first..<first + Int(tree[0].childrenCount) where tree.key(node) == "data" {
      return node
    }
    return 0
  }

  @inline(__always) func isLenient(_ slot: UInt8) -> Bool {
    lenient >> UInt64(slot & 63) & 1 == 1
  }
}
