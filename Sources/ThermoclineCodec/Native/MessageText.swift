internal import CPlatform
internal import ThermoclineCore

/// The bytes of a batch up to the end of one message, read a word at a time. Positions are offsets
/// in the batch, so that what is found needs no translation into a `ByteRange`.
///
/// A read may begin up to `overrun` bytes past `end`, so that a scanner need not ask for the end
/// before every step; what it finds there means nothing.
///
/// SAFETY: `FastEventScanner`, the only reader, asks for the end at each member and in each string,
/// and so begins no read more than `overrun` past `end`, which debug builds check; a read has at
/// most 16 bytes, `end` lies within the batch's used bytes, and a batch guarantees 64 readable
/// bytes after those. The value is used only while the call that made it holds the batch.
@safe struct MessageText {
  private let base: UnsafeRawPointer
  /// The position after the message's last byte.
  let end: Int
  /// How far past `end` a read may begin.
  static let overrun = 48

  /// `message` lies within the batch's used bytes.
  init(_ message: ByteRange, in batch: EventBatch) {
    end = Int(message.offset) + Int(message.length)
    precondition(end <= batch.bytesCount)
    let text = unsafe batch.text(ByteRange(offset: 0, length: end))
    unsafe base = UnsafeRawPointer(text.baseAddress!)
  }

  /// One byte.
  @inline(__always) func byte(at position: Int) -> UInt8 {
    check(position)
    return unsafe base.load(fromByteOffset: position, as: UInt8.self)
  }

  /// Eight bytes, the first in the lowest eight bits.
  @inline(__always) func word(at position: Int) -> UInt64 {
    check(position)
    return unsafe UInt64(
      littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  /// Of the sixteen bytes from a position, the number of plain string characters before the first
  /// byte that is none: `"`, `\`, below 0x20 or above 0x7F; 16 without one.
  @inline(__always) func plainCount(at position: Int) -> Int {
    check(position)
    return unsafe thermocline_plain_count(base + position)
  }

  @inline(__always) private func check(_ position: Int) {
    assert(position >= 0 && position <= end + Self.overrun)
  }

  /// The same bytes for the exact reader.
  @inline(__always) func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    let bytes = unsafe UnsafeBufferPointer(
      start: base.assumingMemoryBound(to: UInt8.self), count: end)
    return unsafe body(bytes.span)
  }
}
