extension EventBatch {
  /// Adds a refusal. Its dead letter will want the message's headers.
  public func refuse(_ refusal: Refusal) {
    refusals.append(refusal)
    needHeaders()
  }

  /// The event just read cannot be read again without its message's headers.
  public func needHeaders() { unsafe counts.pointee.needsHeaders = true }

  /// Whether a message read since headers were kept last may need its headers.
  @inlinable public var needsHeaders: Bool { unsafe counts.pointee.needsHeaders }

  /// Keeps the headers of the message that was just read, at this position, not before that of the one kept last.
  public func keepHeaders(_ headers: MessageHeaders, position: Int64) {
    unsafe counts.pointee.needsHeaders = false
    headerStore.append(headers, position: position)
  }

  /// Keeps headers that came from another batch.
  public func keepHeaders(_ headers: OriginalHeaders, position: Int64) {
    headerStore.append(headers, position: position)
  }

  /// The headers of the message at a position, as far as they were kept.
  public func headers(at position: Int64) -> OriginalHeaders { headerStore[position] }

  /// Bytes of all headers kept.
  public var headerBytesCount: Int { headerStore.bytesCount }
}
