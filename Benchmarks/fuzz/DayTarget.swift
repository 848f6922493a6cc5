import ThermoclineCodec
import ThermoclineCore

@testable import ThermoclineEngine
@testable import ThermoclineHealth

/// What instances tell each other of days: whole messages after an even first byte, after an odd one the content of a
/// piece, which a checksum would keep from being reached. What was read must be written as it was read, and by whatever
/// was taken the day must be judged.
struct DayTarget: Target {
  var seeds: [[UInt8]] {
    var seeds: [[UInt8]] = []
    for (message, piece) in Self.pieces.suffix(3) { seeds += [[0] + message, [1] + piece] }
    require(!seeds.isEmpty, "the job told no day")
    // The last message says that all of the last day is said.
    return seeds + SmallJob.said.days.suffix(1).map { [0] + $0 }
  }

  /// The days that were told in one message each, and what is packed in them.
  private static var pieces: [(message: [UInt8], piece: [UInt8])] {
    SmallJob.said.days.compactMap { message in
      guard let day = try? DayMessage(message), case .piece(let piece, 0, true) = day.content else {
        return nil
      }
      return (message, piece)
    }
  }

  func run(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    guard first % 2 == 0 else { return take(Self.message(bytes), SmallJob.start) }
    guard let message = try? DayMessage(bytes) else { return take(bytes, nil) }
    require((try? DayMessage(message.bytes)) == message, "\(message) is read as another")
    switch (message.content, DayMessage.Head(bytes)) {
    case (.idle, .idle): break
    case (.idle, _): fatalError("a newer version would not know who is idle")
    case (_, .told(let day)): require(day == message.day)
    case (_, .idle): fatalError("a newer version would take it for idle")
    case (_, nil): fatalError("a newer version could not read its day")
    }
    take(bytes, message.day)
  }

  private static func message(_ piece: [UInt8]) -> [UInt8] {
    DayMessage(
      day: SmallJob.start, policy: SmallJob.fingerprint,
      content: .piece(piece, place: 0, isLast: true)
    ).bytes
  }

  /// A partition of ours tells of the same day, and judges it.
  private func take(_ bytes: [UInt8], _ day: EventTime?) {
    let model = SmallJob.model()
    var reader = DayMessageReader(model, SmallJob.exchange)
    let outcome = try? reader.take(key: "1", bytes)
    guard let day, let outcome, outcome != .begun else { return }
    let board = model.board
    board.open(0)
    board.tell(day, partition: 0, Self.ours)
    board.setIdle(1)
    let settled = board.settled(day)
    _ = settled.ground.context(segment: "")
    _ = board.peers(day, SmallJob.plan)
    guard let report = board.rollups(day, partition: 0, SmallJob.plan) else { return }
    for rollup in report.rollups {
      OutputBatch().add(.rollups, key: rollup.segment, at: day) {
        HealthRollupEncoder.encode(rollup, into: &$0)
      }
    }
  }

  private nonisolated(unsafe) static let ours: DaySummary = {
    var state = StateReader(pieces.last!.piece)
    var evidence = AlertJudge(SmallJob.plan).evidence()
    guard (try? evidence.read(from: &state)) != nil,
      var tallies = try? SegmentTallies(from: &state),
      (try? tallies.readAdded(from: &state)) != nil
    else { fatalError("what the job told cannot be read") }
    return DaySummary(evidence: evidence, tallies: tallies)
  }()
}
