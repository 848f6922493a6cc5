import ThermoclineCore

/// An event as tests write it.
public struct TestEvent: Hashable, Sendable {
  public var type: String
  public var account: String
  public var user: String
  public var feature: String
  public var time: Int64
  /// Whole units.
  public var value: Int64

  public init(
    _ type: String = "login", account: String = "a", user: String = "u", feature: String = "",
    time: Int64, value: Int64 = 1
  ) {
    self.type = type
    self.account = account
    self.user = user
    self.feature = feature
    self.time = time
    self.value = value
  }
}

extension EventBatch {
  /// Appends an event as a decoder would, without any bytes around it.
  public func append(_ event: TestEvent) {
    func put(_ text: String) -> ByteRange {
      var text = text
      return text.withUTF8 { unsafe self.append(bytes: UnsafeRawBufferPointer($0)) ?? .absent }
    }
    var record = EventRecord()
    record.time = event.time
    record.valueMicros = event.value * 1_000_000
    record.type = put(event.type)
    record.account = put(event.account)
    record.user = put(event.user)
    record.feature = put(event.feature)
    append(record)
  }
}
