import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth

/// How the instances of a job tell each other of days, where there are several: by messages of a topic that all of them
/// read. What a partition says of a day is published in the transaction that publishes what it says of its accounts.
///
/// A partition that is rebuilt says of a day only what the topic lacks: then nobody waits for ever for days that went by
/// before there was a topic, or under another policy.
package struct SegmentExchange: Sendable {
  /// The keys of the partitions of all instances, by number; the same numbers in every instance.
  package let keys: [String]

  /// State in one message, before it is packed.
  static let pieceBytes = 480 << 10

  package init(keys: [String]) { self.keys = keys }

  /// What a partition's accounts came to on a day; several messages if need be.
  func tell(
    _ day: EventTime, partition: Int, policy fingerprint: UInt64, _ summary: DaySummary,
    _ output: OutputBatch
  ) {
    var pieces: [[UInt8]] = []
    var state = StateWriter(pieceBytes: Self.pieceBytes) { piece, _ in pieces.append(piece) }
    summary.evidence.write(to: &state)
    summary.tallies.write(to: &state)
    summary.tallies.writeAdded(to: &state)
    state.finish()
    for (place, piece) in pieces.enumerated() {
      say(
        DayMessage(
          day: day, policy: fingerprint,
          content: .piece(piece, place: place, isLast: place == pieces.count - 1)), partition,
        output)
    }
  }

  /// A partition has nothing to tell of the days up to this one beyond what it told, and has said all that the days up to
  /// `said` came to.
  func pass(_ day: EventTime, said: EventTime, partition: Int, _ output: OutputBatch) {
    say(DayMessage(day: day, policy: 0, content: .passed(said: said)), partition, output)
  }

  /// A partition stands still, and nobody need wait for it.
  package func rest(_ day: EventTime, partition: Int, _ output: OutputBatch) {
    say(DayMessage(day: day, policy: 0, content: .idle), partition, output)
  }

  private func say(_ message: DayMessage, _ partition: Int, _ output: OutputBatch) {
    output.add(.segments, key: keys[partition], at: message.day, bytes: message.bytes)
  }
}
