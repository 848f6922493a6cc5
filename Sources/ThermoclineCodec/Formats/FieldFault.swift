internal import ThermoclineCore

/// Why found values make no event, as plain values: words are found when there is need of them.
struct FieldFault: BitwiseCopyable {
  enum Kind: BitwiseCopyable {
    case missingType, missingEvent, missingAccount, missingTime, missingSource, missingID
    case unsupportedVersion, identityTooLong, nameTooLong
    case invalidTime, timeOutOfRange, timeInFuture
    case noNumber, valueOutOfRange
    case wrongType(FoundValue.Kind)
  }

  let kind: Kind
  /// The slot of the value that is wrong; `SlotList.none` when none is.
  let slot: UInt8

  /// The fault as a refusal tells it.
  @inline(never) func inWords(_ plan: FormatPlan, latestAccepted: EventTime) -> EventFault {
    let field = slot == SlotList.none ? "" : "The field \"\(plan.tree.paths[Int(slot)])\""
    let fields = plan.fields
    func label(_ slots: SlotList) -> String { Self.label(slots, plan) }
    switch kind {
    case .missingType:
      return EventFault(.missingType, "The field \(label(fields.type)) is missing.")
    case .missingEvent: return EventFault(.missingType, "The field \"event\" is missing.")
    case .missingAccount:
      let places = (label(fields.account), label(fields.user))
      return EventFault(
        .missingAccount, "There is neither an account (\(places.0)) nor a user (\(places.1)).")
    case .missingTime:
      return EventFault(.missingTime, "The field \(label(fields.time)) is missing.")
    case .missingSource: return EventFault(.missingID, "The field \"source\" is missing.")
    case .missingID: return EventFault(.missingID, "The field \"id\" is missing.")
    case .unsupportedVersion:
      return EventFault(
        .unsupportedVersion,
        "The field \"specversion\" is not \"1.0\", the version this reads.")
    case .identityTooLong:
      let limit = Limits.nameBytesMax
      return EventFault(
        .nameTooLong,
        "The fields \"source\" and \"id\" together are longer than \(limit) bytes.")
    case .nameTooLong:
      return EventFault(.nameTooLong, "\(field) is longer than \(Limits.nameBytesMax) bytes.")
    case .invalidTime: return EventFault(.invalidTime, "\(field) is no time.")
    case .timeOutOfRange:
      return EventFault(.timeOutOfRange, "\(field) lies before \(Limits.eventTimeMin).")
    case .timeInFuture:
      return EventFault(.timeInFuture, "\(field) lies after \(latestAccepted), in the future.")
    case .noNumber: return EventFault(.wrongType, "\(field) is no number.")
    case .valueOutOfRange:
      return EventFault(
        .valueOutOfRange, "\(field) lies beyond ±\(Int(Limits.valueMagnitudeMax)).")
    case .wrongType(let kind): return EventFault(.wrongType, "\(field) is \(Self.name(kind)).")
    }
  }

  private static func name(_ kind: FoundValue.Kind) -> String {
    switch kind {
    case .number: "a number with a fraction"
    case .integer: "a number"
    case .bool: "true or false"
    case .object: "an object"
    case .array: "an array"
    case .absent, .text, .escapedText: "text"
    }
  }

  /// The first place of a field.
  private static func label(_ slots: SlotList, _ plan: FormatPlan) -> String {
    let slot = UInt8(truncatingIfNeeded: slots.packed)
    return slot == SlotList.none ? "(not mapped)" : "\"\(plan.tree.paths[Int(slot)])\""
  }
}
