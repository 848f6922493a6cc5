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
    guard !batch.isFull, progress.isStart, message.length <= Limits.messageBytesMax else {
      return false
    }
    let text = MessageText(message, in: batch)
    guard let end = scan(text, at: Int(message.offset), into: batch), end == text.end else {
      return false
    }
    take(message, key: key, position, into: batch)
    return true
  }

  /// Decodes the line at `start`, whose end nobody has looked for, if it is one event of the usual
  /// shape that ends, line feed included, before `limit`: a position within the batch's used bytes.
  /// Gives the position after the line feed; nil when it is not, with nothing done.
  ///
  /// No event of that shape goes on behind a line feed, so the end that the scanner finds is the
  /// line's. Looking for it first took 4 % of the reference query.
  @inline(__always) func decodeLine(
    at start: Int, before limit: Int, position: Int64, into batch: EventBatch
  ) -> Int? {
    guard !batch.isFull else { return nil }
    let text = MessageText(ByteRange(offset: start, length: limit - start), in: batch)
    guard let end = scan(text, at: start, into: batch) else { return nil }
    let feed = end < limit && text.byte(at: end) == Ascii.carriageReturn ? end &+ 1 : end
    guard feed < limit, text.byte(at: feed) == Ascii.lineFeed,
      end &- start <= Limits.messageBytesMax
    else { return nil }
    let message = ByteRange(offset: start, length: end &- start)
    take(message, key: .absent, position, into: batch)
    return feed &+ 1
  }

  /// Makes the event in the batch, where it is to stand, without taking it.
  @inline(__always) private func scan(
    _ text: MessageText, at start: Int, into batch: EventBatch
  ) -> Int? {
    batch.next = EventRecord()
    return FastEventScanner.scan(
      text, at: start, latestAccepted: latestAccepted, into: &batch.next)
  }

  @inline(__always) private func take(
    _ message: ByteRange, key: ByteRange, _ position: Int64, into batch: EventBatch
  ) {
    batch.next.position = position
    batch.next.message = message
    batch.next.key = key
    batch.takeNext()
  }

  /// Free bytes that the written-out texts of one event can need.
  package static let textBytesMax = 5 * Limits.nameBytesMax
}
