package import ThermoclineCore

/// Reads events in the native flat JSON form.
///
/// A message is one object, an array of objects, or objects each on lines of their own. It is JSON
/// as a whole or refused as a whole; its events are then taken or refused one by one. What the
/// batches' sizes are makes no difference to which events are taken.
///
/// An event of a message of several has as its `message` its own bytes alone, so that a dead letter
/// of it can be replayed without repeating its neighbours.
@frozen package struct NativeDecoder: Sendable {
  /// Events after this time are refused.
  package var latestAccepted: EventTime

  package init(latestAccepted: EventTime) { self.latestAccepted = latestAccepted }

  /// Appends the events and refusals of one message that lies in the batch's bytes. Text with
  /// escapes is written out into the batch's free bytes.
  ///
  /// A batch that is empty but for the message always takes at least one event, provided it has
  /// `textBytesMax` free bytes.
  package func decode(
    message: ByteRange, key: ByteRange, position: Int64, from progress: DecodeProgress = .start,
    into batch: EventBatch
  ) -> DecodeOutcome {
    guard !batch.isFull else { return .batchFull(progress) }
    let text = MessageText(message, in: batch)
    let start = Int(message.offset)
    var record = EventRecord()
    guard progress.isStart, message.length <= Limits.messageBytesMax,
      let end = FastEventScanner.scan(
        text, at: start, latestAccepted: latestAccepted, into: &record),
      end == text.end
    else {
      return ExactMessageReader(
        decoder: self, text: text, message: message, key: key, position: position, batch: batch
      ).read(from: progress)
    }
    record.position = position
    record.message = message
    record.key = key
    batch.append(record)
    return .done
  }

  /// Free bytes that the written-out texts of one event can need.
  package static let textBytesMax = 5 * Limits.nameBytesMax

  /// Whether one more event, taken or refused, fits.
  func hasRoom(_ batch: EventBatch) -> Bool {
    !batch.isFull && batch.refusals.count < batch.recordsCapacity
  }
}
