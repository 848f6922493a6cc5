/// How far into a message decoding has come, so that it can go on in another batch.
@frozen package struct DecodeProgress: Sendable, Equatable {
  /// Bytes of the message done with.
  package var offset: Int
  /// Events of the message done with, refused ones included.
  package var eventsCount: Int
  /// Events done with of the batch object that begins at `offset`.
  package var insideCount: Int

  package init(offset: Int, eventsCount: Int, insideCount: Int = 0) {
    self.offset = offset
    self.eventsCount = eventsCount
    self.insideCount = insideCount
  }

  /// Nothing is done yet.
  package static var start: DecodeProgress { DecodeProgress(offset: 0, eventsCount: 0) }

  var isStart: Bool { offset == 0 && eventsCount == 0 && insideCount == 0 }
}

/// What became of a message.
@frozen package enum DecodeOutcome: Sendable, Equatable {
  /// Every event of the message is in the batch, as an event or as a refusal.
  case done
  /// The batch has no room for the next event. Hand this batch on, put the same message into an
  /// empty one and decode it again from this progress: no event is lost and none comes twice.
  case batchFull(DecodeProgress)
}
