import ThermoclineCodec
import ThermoclineCore

/// One message between instances: what a partition says of an event-time day, or a piece of it.
///
/// Layout, numbers as a `StateWriter` writes them: format, kind, day in milliseconds since 1970, fingerprint of the policy;
/// of a piece also its place, whether it is the last, its bytes before packing, and the rest packed with zlib; of a day passed the
/// last day of which all is said, which earlier versions leave out.
///
/// A version that adds fields puts them last, where readers of the same format pass over them. One that cannot takes another
/// format, and keeps the first three numbers and the kinds: who does not know the format knows by them whom to wait for no
/// longer (`Head`).
package struct DayMessage: Equatable, Sendable {
  enum Content: Equatable, Sendable {
    /// There is nothing to tell of the days up to this one beyond what was told. `said`: all that the days up to that one came
    /// to was said; `distantPast` = none.
    case passed(said: EventTime)
    case idle
    /// Of a `DaySummary`.
    case piece([UInt8], place: Int, isLast: Bool)
  }

  /// What every version can read of a message.
  enum Head: Equatable {
    case told(EventTime)
    case idle

    /// nil where not even that can be read.
    init?(_ bytes: [UInt8]) {
      var state = StateReader(bytes)
      do throws(StateError) {
        _ = try state.byte()
        let kind = try state.byte()
        let day = try state.time()
        if kind == 2 {
          self = .idle
        } else if DayMessage.isDay(day) {
          self = .told(day)
        } else {
          return nil
        }
      } catch { return nil }
    }
  }

  var day: EventTime
  /// Another policy's figures are of other measures and rules.
  var policy: UInt64
  var content: Content

  private static let format: UInt8 = 1

  /// Whether there is such a day.
  private static func isDay(_ time: EventTime) -> Bool {
    time > .distantPast && time < .distantFuture && time.floor(to: .days(1)) == time
  }

  init(day: EventTime, policy: UInt64, content: Content) {
    self.day = day
    self.policy = policy
    self.content = content
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var state = StateWriter(pieceBytes: 64) { piece, _ in bytes += piece }
    state.write(Self.format)
    switch content {
    case .passed: state.write(1 as UInt8)
    case .idle: state.write(2 as UInt8)
    case .piece: state.write(3 as UInt8)
    }
    state.write(day)
    state.write(policy)
    var packed: [UInt8] = []
    switch content {
    case .passed(let said): state.write(said)
    case .idle: break
    case .piece(let piece, let place, let isLast):
      state.write(UInt64(place))
      state.write(isLast)
      state.write(UInt64(piece.count))
      packed = ZlibBytes.pack(piece)
    }
    state.finish()
    return bytes + packed
  }

  package init(_ bytes: [UInt8]) throws(StateError) {
    var state = StateReader(bytes)
    let format = try state.byte()
    guard format == Self.format else {
      throw StateError("format \(format), where this version knows \(Self.format) only")
    }
    let kind = try state.byte()
    day = try state.time()
    policy = try state.unsigned()
    guard kind == 2 || Self.isDay(day) else { throw StateError("its day is no midnight") }
    switch kind {
    case 1:
      let said = state.left > 0 ? try state.time() : .distantPast
      guard said == .distantPast || Self.isDay(said) else {
        throw StateError("the day of which all is said is no midnight")
      }
      content = .passed(said: said)
    case 2: content = .idle
    case 3:
      let place = try state.unsigned()
      let isLast = try state.flag()
      let count = try state.unsigned()
      guard count <= UInt64(SegmentExchange.pieceBytes), place < 1 << 20,
        let piece = ZlibBytes.unpack(bytes.suffix(state.left), count: Int(count))
      else { throw StateError("what it tells cannot be unpacked") }
      content = .piece(piece, place: Int(place), isLast: isLast)
    default: throw StateError("it is of kind \(kind), which this version does not know")
    }
  }
}
