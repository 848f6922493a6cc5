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

/// The values found in one event, by slot. Not copyable, because a copy costs as much as a short event; behind a pointer,
/// because an array in place is copied whole for each value that is read.
///
/// SAFETY: `words` has `slotsMax` words, those of `onStack`, whose body cannot keep the value. A word is
/// read only where `present` says that it was written.
@safe struct FoundValues: ~Copyable {
  /// Slots that a format can have.
  static let slotsMax = 56
  /// A value in one word: offset in 32 bits, length in 28, kind in 4.
  private let words: UnsafeMutablePointer<UInt64>
  /// The slots whose value is there, one bit each.
  private(set) var present: UInt64 = 0

  private init(_ memory: UnsafeMutablePointer<UInt64>) {
    unsafe words = unsafe memory
  }

  /// Lends no values, in the stack's memory: nothing is allocated for an event.
  @inline(__always) static func onStack<Result>(
    _ body: (inout FoundValues) -> Result
  ) -> Result {
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: slotsMax) { memory in
      var found = unsafe FoundValues(memory.baseAddress!)
      return body(&found)
    }
  }

  /// Forgets all values.
  mutating func removeAll() { present = 0 }

  /// The value in a slot; absent for `SlotList.none`.
  @inline(__always) subscript(slot: UInt8) -> FoundValue {
    get {
      guard slot < Self.slotsMax, present >> UInt64(slot) & 1 == 1 else { return .absent }
      let word = unsafe words[Int(slot)]
      let range = ByteRange(
        offset: Int(word & 0xFFFF_FFFF), length: Int(word >> 32 & 0x0FFF_FFFF))
      return FoundValue(
        kind: FoundValue.Kind(rawValue: UInt8(truncatingIfNeeded: word >> 60)) ?? .absent,
        range: range)
    }
    set {
      precondition(slot < Self.slotsMax)
      assert(newValue.range.length < 1 << 28)
      unsafe words[Int(slot)] =
        UInt64(newValue.range.offset) | UInt64(newValue.range.length) << 32
        | UInt64(newValue.kind.rawValue) << 60
      let bit = (1 as UInt64) << UInt64(slot)
      present = newValue.kind == .absent ? present & ~bit : present | bit
    }
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
