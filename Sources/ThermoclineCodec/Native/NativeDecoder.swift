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
    if decodeFast(
      message: message, key: key, position: position, from: progress, into: batch)
    {
      return .done
    }
    return ExactMessageReader(
      form: EventForm(plan: nil, latestAccepted: latestAccepted),
      text: MessageText(message, in: batch), content: message, message: message, key: key,
      position: position, batch: batch
    ).read(from: progress)
  }

  /// Decodes a message that is one event of the usual shape; false when it is not, with nothing
  /// done.
  @inline(__always) func decodeFast(
    message: ByteRange, key: ByteRange, position: Int64, from progress: DecodeProgress,
    into batch: EventBatch
  ) -> Bool {
    guard !batch.isFull else { return false }
    let text = MessageText(message, in: batch)
    let start = Int(message.offset)
    var record = EventRecord()
    guard progress.isStart, message.length <= Limits.messageBytesMax,
      let end = FastEventScanner.scan(
        text, at: start, latestAccepted: latestAccepted, into: &record),
      end == text.end
    else { return false }
    record.position = position
    record.message = message
    record.key = key
    batch.append(record)
    return true
  }

  /// Free bytes that the written-out texts of one event can need.
  package static let textBytesMax = 5 * Limits.nameBytesMax
}
