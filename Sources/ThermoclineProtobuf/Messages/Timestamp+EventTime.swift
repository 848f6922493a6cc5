internal import SwiftProtobuf
internal import ThermoclineCodec
internal import ThermoclineCore

extension SwiftProtobuf.Google_Protobuf_Timestamp {
  /// The same time; before 1970 the nanoseconds count forwards, too.
  init(_ time: EventTime) {
    let second = time.floor(to: .seconds(1))
    self.init(
      seconds: second.milliseconds / 1_000, nanos: Int32((time - second).milliseconds) * 1_000_000)
  }

  /// The time in whole milliseconds. Throws for one that no timestamp may hold: outside of the years 1 to 9999.
  func eventTime(_ field: String) throws(OutputDecodingError) -> EventTime {
    guard -62_135_596_800...253_402_300_799 ~= seconds, 0..<1_000_000_000 ~= nanos else {
      throw .badField(field)
    }
    return EventTime(milliseconds: seconds * 1_000 + Int64(nanos / 1_000_000))
  }
}

/// Refuses a number that JSON could not say.
func finite(_ number: Double, _ field: String) throws(OutputDecodingError) -> Double {
  guard number.isFinite else { throw .badField(field) }
  return number
}
