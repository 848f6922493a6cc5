internal import ThermoclineCore

/// The bytes of a batch up to the end of one message, read a word at a time. Positions are offsets in the
/// batch, so that what is found needs no translation into a `ByteRange`.
///
/// SAFETY: every read checks that it begins at or before `end`; `end` lies within the batch's used bytes,
/// and a batch guarantees 64 readable bytes after those. The value is used only while the call that made
/// it holds the batch.
@safe struct MessageText {
  private let base: UnsafeRawPointer
  /// The position after the message's last byte.
  let end: Int

  /// `message` lies within the batch's used bytes.
  init(_ message: ByteRange, in batch: EventBatch) {
    end = Int(message.offset) + Int(message.length)
    precondition(end <= batch.bytesCount)
    let text = unsafe batch.text(ByteRange(offset: 0, length: end))
    unsafe base = UnsafeRawPointer(text.baseAddress!)
  }

  /// The byte at a position up to and including `end`.
  @inline(__always) func byte(at position: Int) -> UInt8 {
    precondition(UInt(bitPattern: position) <= UInt(bitPattern: end))
    return unsafe base.load(fromByteOffset: position, as: UInt8.self)
  }

  /// Eight bytes from a position up to and including `end`, the first in the lowest eight bits.
  @inline(__always) func word(at position: Int) -> UInt64 {
    precondition(UInt(bitPattern: position) <= UInt(bitPattern: end))
    return unsafe UInt64(
      littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  /// The same bytes for the exact reader.
  @inline(__always) func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    let bytes = unsafe UnsafeBufferPointer(
      start: base.assumingMemoryBound(to: UInt8.self), count: end)
    return unsafe body(bytes.span)
  }
}
