internal import ThermoclineCore

/// Writes messages as native JSON into one reused buffer.
struct MessageWriter {
  private static let yearTwoThousandTwoHundred = EventTime(year: 2_200, month: 1, day: 1)
  private static let types = EventType.allCases.map { Array($0.rawValue.utf8) }
  private static let features = EventVocabulary.features.map { Array($0.utf8) }
  private static let hasValue = EventType.allCases.map { type in
    switch type {
    case .session, .ticketAnswered, .nps, .payment, .paymentFailed: true
    default: false
    }
  }

  private let keys: [[UInt8]]
  private let featureOffsets: [Int]
  /// `"user":"u-000042-`, less the rank.
  private let userPrefixes: [[UInt8]]
  private var buffer: [UInt8] = []
  private var sequence = 0

  init(_ accounts: [SimulatedAccount]) {
    keys = accounts.map { Array($0.name.utf8) }
    featureOffsets = accounts.map(\.featureOffset)
    userPrefixes = accounts.map { Array("\",\"user\":\"u-\($0.name.dropFirst(5))-".utf8) }
    buffer.reserveCapacity(256)
  }

  /// The message of `pending`, with the next id of the stream.
  mutating func message(_ pending: PendingMessage) -> SimulatedMessage {
    sequence += 1
    buffer.removeAll(keepingCapacity: true)
    append("{\"id\":\"evt-")
    append(sequence, digits: 12)
    append("\",\"type\":\"")
    buffer.append(contentsOf: Self.types[Int(pending.type)])
    switch pending.kind {
    case .event, .late, .veryLate: appendBody(pending, time: pending.time)
    case .farFuture: appendBody(pending, time: Self.yearTwoThousandTwoHundred.milliseconds)
    case .missingAccount:
      append("\",\"ts\":")
      append(Int(pending.time))
      append("}")
    case .notJSON: append(" 502 Bad Gateway")
    }
    return SimulatedMessage(
      key: keys[Int(pending.account)], payload: buffer, kind: pending.kind,
      arrival: EventTime(milliseconds: pending.arrival))
  }

  /// From the account to the closing brace.
  private mutating func appendBody(_ pending: PendingMessage, time: Int64) {
    let account = Int(pending.account)
    append("\",\"account\":\"")
    buffer.append(contentsOf: keys[account])
    if pending.user >= 0 {
      buffer.append(contentsOf: userPrefixes[account])
      append(Int(pending.user))
    }
    append("\",\"ts\":")
    append(Int(time))
    if pending.feature >= 0 {
      let feature = (Int(pending.feature) + featureOffsets[account]) % Self.features.count
      append(",\"feature\":\"")
      buffer.append(contentsOf: Self.features[feature])
      append("\"")
    }
    if Self.hasValue[Int(pending.type)] {
      append(",\"value\":")
      append(Int(pending.value))
    }
    append("}")
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe buffer.append(contentsOf: $0) }
  }

  /// A number ≥ 0, with leading zeros to at least `digits`.
  private mutating func append(_ number: Int, digits: Int = 1) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while number / 10 >= divisor { divisor *= 10 }
    while divisor > 0 {
      buffer.append(48 + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}
