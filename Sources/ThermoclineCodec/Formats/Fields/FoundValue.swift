internal import ThermoclineCore

/// A value of a field that a format asks for: what it is and where in the batch it stands.
struct FoundValue: BitwiseCopyable {
  enum Kind: UInt8 {
    /// Not there, or null.
    case absent
    /// Text: the bytes between quotation marks, or a column.
    case text
    /// Text that is not yet what it stands for: it holds JSON escapes.
    case escapedText
    case integer
    /// A number with a fraction or an exponent.
    case number
    case bool
    case object
    case array
  }

  var kind: Kind
  var range: ByteRange

  static var absent: FoundValue { FoundValue(kind: .absent, range: .absent) }

  /// False for what is not there, null and empty text.
  @inline(__always) var isGiven: Bool {
    kind != .absent && !(kind == .text && range.length == 0)
  }

  @inline(__always) var isText: Bool { kind == .text || kind == .escapedText }
  @inline(__always) var isNumber: Bool { kind == .integer || kind == .number }
}

/// The values found in one event, by slot. Not copyable, because a copy costs as much as a short event.
struct FoundValues: ~Copyable {
  /// Slots that a format can have.
  static let slotsMax = 48
  private var values = InlineArray<48, FoundValue>(repeating: .absent)

  /// The slots whose value is there, one bit each.
  var present: UInt64 {
    var bits: UInt64 = 0
    for slot in values.indices where values[slot].kind != .absent { bits |= 1 << UInt64(slot) }
    return bits
  }

  /// The value in a slot; absent for `SlotList.none`.
  @inline(__always) subscript(slot: UInt8) -> FoundValue {
    get { slot < Self.slotsMax ? values[Int(slot)] : .absent }
    set { values[Int(slot)] = newValue }
  }

  /// The first of the slots whose value is given; absent when none is.
  @inline(__always) func first(of slots: SlotList) -> FoundValue {
    self[firstSlot(of: slots)]
  }

  /// The first of the slots whose value is given; `SlotList.none` when none is.
  @inline(__always) func firstSlot(of slots: SlotList) -> UInt8 {
    var rest = slots.packed
    while rest & 0xFF != 0xFF {
      let slot = UInt8(truncatingIfNeeded: rest)
      if self[slot].isGiven { return slot }
      rest = rest >> 8 | 0xFF << 56
    }
    return SlotList.none
  }
}

/// Up to seven slots, the first that is given to be taken.
struct SlotList {
  /// No slot.
  static let none: UInt8 = 0xFF
  /// One byte a slot, the first in the lowest; 0xFF ends the list.
  let packed: UInt64

  init(_ slots: [UInt8]) {
    precondition(slots.count <= 7)
    var packed = UInt64.max
    for slot in slots.reversed() { packed = packed << 8 | UInt64(slot) }
    self.packed = packed
  }
}
