internal import ThermoclineCodec
internal import ThermoclineCore

/// Decodes messages for the feeder, and remembers how far it came in one that did not fit into its batch.
///
/// SAFETY of `@unchecked Sendable`: used by the fetch thread only.
final class MessageDecoder: @unchecked Sendable {
  /// Constant, so that no message copies it or counts references to what it holds.
  private let decoder: FormatDecoder
  private var progress = DecodeProgress.start
  private let futureTolerance: TimeSpan
  private var messages: UInt8 = 0
  /// What was read so far.
  let counts = FormatCounts()
  /// `latestAccepted` as it was read last.
  private var lastAccepted = EventTime.distantPast

  init(_ input: InputSettings, futureTolerance: TimeSpan) {
    decoder = input.decoder(latestAccepted: .distantPast)
    self.futureTolerance = futureTolerance
  }

  /// True when the whole message was read; false to be offered it again with an empty batch.
  func decode(
    _ message: ByteRange, _ key: ByteRange, _ headers: MessageHeaders, _ offset: Int64,
    _ batch: EventBatch
  ) -> Bool {
    // The clock is read every 256 messages: the tolerance is hours, the error microseconds.
    if messages == 0 { lastAccepted = latestAccepted }
    messages &+= 1
    let eventsBefore = batch.eventsCount
    let outcome = decoder.decode(
      message: message, key: key, headers: headers, position: offset, from: progress,
      latestAccepted: lastAccepted, into: batch)
    counts.note(
      decoder.lastCode, events: batch.eventsCount - eventsBefore,
      isWhole: outcome == .done && progress == .start)
    switch outcome {
    case .done:
      progress = .start
      return true
    case .batchFull(let reached):
      progress = reached
      return false
    }
  }

  /// The message that did not fit will not be offered again.
  func abandon() { progress = .start }

  /// Times after this one are refused.
  var latestAccepted: EventTime { wallClock() + futureTolerance }
}
