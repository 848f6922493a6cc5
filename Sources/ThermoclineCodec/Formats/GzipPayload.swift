internal import ThermoclineCore

/// A message that is compressed as a whole.
enum GzipPayload {
  enum Result {
    /// Not compressed.
    case plain
    /// The text stands in the batch now.
    case inflated(ByteRange)
    /// It does not fit into this batch and may fit into an empty one.
    case noRoom
    case refused(EventFault)
  }

  /// Inflates a message into the batch's free bytes when it begins as gzip does. Inflation ends at
  /// the greatest size of a message, so a bomb costs no more than that.
  static func inflate(_ message: ByteRange, in batch: EventBatch) -> Result {
    let packed = unsafe batch.text(message)
    guard unsafe packed.count >= 2 && packed[0] == 0x1F && packed[1] == 0x8B else { return .plain }
    if packed.count > Limits.messageBytesMax {
      return .refused(
        EventFault(
          .messageTooLarge,
          "The message has \(packed.count) bytes, more than \(Limits.messageBytesMax)."))
    }
    let free = unsafe UnsafeMutableRawBufferPointer(
      rebasing: batch.freeBytes.prefix(Limits.messageBytesMax + 1))
    // SAFETY: the message lies in the batch's used bytes, the output in its free ones.
    let source = unsafe packed.assumingMemoryBound(to: UInt8.self).span
    var count = 0
    do throws(GzipError) {
      count = try unsafe inflate(source, into: free)
    } catch {
      let place = "at byte \(error.byteOffset)"
      let detail =
        error.kind == .truncated
        ? "The gzip data is cut off \(place)."
        : "The gzip data is damaged before or \(place)\(error.detail.isEmpty ? "" : ": ")"
          + "\(error.detail)."
      return .refused(EventFault(.badCompression, detail))
    }
    if count > Limits.messageBytesMax {
      return .refused(
        EventFault(
          .messageTooLarge, "Inflated, the message has more than \(Limits.messageBytesMax) bytes."))
    }
    let needed = count + NativeDecoder.textBytesMax
    guard count < free.count || free.count > Limits.messageBytesMax,
      needed <= batch.bytesCapacity - batch.bytesCount
    else {
      let isEmpty = batch.messagesCount == 0 && batch.eventsCount == 0 && batch.refusals.isEmpty
      return isEmpty
        ? .refused(EventFault(.messageTooLarge, "Inflated, the message does not fit into a batch."))
        : .noRoom
    }
    return .inflated(batch.use(bytes: count))
  }

  /// The inflated size; that of the buffer when there is more.
  private static func inflate(
    _ source: Span<UInt8>, into free: UnsafeMutableRawBufferPointer
  ) throws(GzipError) -> Int {
    guard free.count > 0 else { return 0 }
    var inflater = GzipInflater()
    var (taken, count) = (0, 0)
    // SAFETY: the free bytes are the batch's own and no one else's at this moment.
    let bytes = unsafe free.assumingMemoryBound(to: UInt8.self)
    var output = unsafe bytes.mutableSpan
    while count < output.count {
      var rest = output._mutatingExtracting(count..<output.count)
      let step = try inflater.inflate(source.extracting(taken..<source.count), into: &rest)
      taken += step.consumed
      count += step.produced
      if step.produced == 0 && taken == source.count {
        try inflater.finish()
        return count
      }
    }
    return count
  }
}
