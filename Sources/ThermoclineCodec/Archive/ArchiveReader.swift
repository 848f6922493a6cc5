package import ThermoclineCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Reads the lines of an `.ndjson` or gzipped `.ndjson.gz` file into batches, where they are
/// decoded in place. Only what a full batch leaves over is copied once more.
///
/// A line ends with LF or CR LF; the last one may end with the file. Lines are counted from 1,
/// empty ones too, but an empty line is no message. A line that is too long is refused and the next
/// ones go on.
package struct ArchiveReader: ~Copyable {
  private var text: ArchiveText
  private let lineBytesMax: Int
  /// Number of the last line that was done with.
  package private(set) var linesCount: Int64 = 0
  private var isSkippingLine = false
  private var isAtEnd = false
  /// What ended the reading early; told when every line before it has been delivered.
  private var failure: ArchiveError?

  private static let blockBytes = 65_536
  /// How much of a line that is too long stands in its dead letter.
  private static let excerptBytes = 1_024

  package init(
    path: String, lineBytesMax: Int = Limits.messageBytesMax
  ) throws(ArchiveError) {
    text = try ArchiveText(path: path)
    self.lineBytesMax = lineBytesMax
  }

  /// Bytes of the file read so far, compressed as they are.
  package var bytesRead: Int64 { text.bytesRead }
  /// Bytes of the file; 0 when not known.
  package var bytesTotal: Int64 { text.bytesTotal }

  /// Fills an empty batch with lines, calling `take` with each line's place and number. When `take`
  /// returns false, the line was not taken: it comes again with the next batch, and this one ends.
  /// Returns false when the archive is at its end and the batch has got nothing.
  ///
  /// Before a line's end is looked for, `takeAhead` may take it: it is told where the line begins, a
  /// place before which it must end, and its number, and says where the next one begins.
  ///
  /// The batch has more than `lineBytesMax` + `NativeDecoder.textBytesMax` bytes.
  package mutating func fill(
    _ batch: EventBatch, takeAhead: (Int, Int, Int64) -> Int? = { _, _, _ in nil },
    take: (ByteRange, Int64) -> Bool
  ) throws(ArchiveError) -> Bool {
    precondition(batch.bytesCount == 0, "a batch is cleared before it is filled")
    precondition(batch.bytesCapacity > lineBytesMax + NativeDecoder.textBytesMax + 2)
    var window = Window()
    while true {
      while true {
        deliverAhead(&window, in: batch, takeAhead)
        guard let end = lineEnd(in: &window, of: batch) else { break }
        guard deliver(window.start..<end, in: batch, take) else {
          return putBack(window, of: batch)
        }
        window.start = end + 1
      }
      if window.end - window.start > lineBytesMax + 1 {
        refuse(window.start..<window.end, in: batch)
        window.start = window.end
        isSkippingLine = true
      }
      if isAtEnd { return try finish(window, of: batch, take) }
      guard makeRoom(&window, in: batch) else { return putBack(window, of: batch) }
      readMore(&window, into: batch)
    }
  }

  /// The text in the batch that has been read and not yet delivered, as offsets in the batch.
  private struct Window {
    var start = 0
    var end = 0
    /// No line ends between `start` and here.
    var searched = 0
  }

  /// Hands out the lines whose ends need not be looked for.
  @inline(__always) private mutating func deliverAhead(
    _ window: inout Window, in batch: EventBatch, _ takeAhead: (Int, Int, Int64) -> Int?
  ) {
    var number = linesCount
    while window.start < window.end,
      let next = takeAhead(
        window.start, min(window.end, window.start + lineBytesMax), number + 1)
    {
      window.start = next
      number += 1
    }
    guard number > linesCount else { return }
    batch.messagesCount += Int(number - linesCount)
    linesCount = number
    batch.nextPosition = number + 1
  }

  /// Where the first line of the window ends; nil when its end has not been read.
  private func lineEnd(in window: inout Window, of batch: EventBatch) -> Int? {
    let from = max(window.start, window.searched)
    // SAFETY: the window lies in the batch's used bytes.
    let rest = unsafe batch.text(ByteRange(offset: from, length: window.end - from))
    guard rest.count > 0, let found = unsafe memchr(rest.baseAddress!, 0x0A, rest.count) else {
      window.searched = window.end
      return nil
    }
    return unsafe from + (UnsafeRawPointer(found) - rest.baseAddress!)
  }

  /// Hands one line out; false when it was not taken.
  private mutating func deliver(
    _ line: Range<Int>, in batch: EventBatch, _ take: (ByteRange, Int64) -> Bool
  ) -> Bool {
    let range = withoutReturn(line, in: batch)
    if range.length > lineBytesMax {
      refuse(line, in: batch)
      return true
    }
    if !range.isAbsent {
      guard take(range, linesCount + 1) else { return false }
      batch.messagesCount += 1
    }
    linesCount += 1
    batch.nextPosition = linesCount + 1
    return true
  }

  private func withoutReturn(_ line: Range<Int>, in batch: EventBatch) -> ByteRange {
    let range = ByteRange(offset: line.lowerBound, length: line.count)
    // SAFETY: the range is not empty where its last byte is read.
    let hasReturn = unsafe line.count > 0 && batch.text(range)[line.count - 1] == 0x0D
    return hasReturn ? ByteRange(offset: line.lowerBound, length: line.count - 1) : range
  }

  private mutating func refuse(_ line: Range<Int>, in batch: EventBatch) {
    linesCount += 1
    batch.messagesCount += 1
    batch.nextPosition = linesCount + 1
    let excerpt = min(line.count, Self.excerptBytes)
    batch.refuse(
      Refusal(
        reason: .messageTooLarge,
        detail: "The line is longer than \(lineBytesMax) bytes; only its beginning is kept.",
        position: linesCount, message: ByteRange(offset: line.lowerBound, length: excerpt),
        key: .absent))
  }

  /// The file is at its end: delivers a last line without line end, tells of a failure, or says the
  /// end.
  private mutating func finish(
    _ window: Window, of batch: EventBatch, _ take: (ByteRange, Int64) -> Bool
  ) throws(ArchiveError) -> Bool {
    if failure == nil, window.start < window.end,
      !deliver(window.start..<window.end, in: batch, take)
    {
      return putBack(window, of: batch)
    }
    if batch.messagesCount > 0 || batch.eventsCount > 0 { return true }
    if let failure { throw failure }
    return false
  }

  /// Keeps what was read and not delivered for the next batch.
  private mutating func putBack(_ window: Window, of batch: EventBatch) -> Bool {
    // SAFETY: the window lies in the batch's used bytes, which nothing writes meanwhile.
    let rest = unsafe batch.text(
      ByteRange(offset: window.start, length: window.end - window.start))
    let bytes = unsafe rest.assumingMemoryBound(to: UInt8.self)
    unsafe text.putBack(bytes.span)
    isAtEnd = false
    return true
  }

  /// Makes sure that text can be read in right after the window; false when the batch is too full.
  private func makeRoom(_ window: inout Window, in batch: EventBatch) -> Bool {
    let length = window.end - window.start
    if window.end != batch.bytesCount {
      // Written-out names came in between: the unfinished line moves behind them.
      let rest = unsafe batch.text(ByteRange(offset: window.start, length: length))
      guard let moved = unsafe batch.append(bytes: rest) else { return false }
      window = Window(
        start: Int(moved.offset), end: Int(moved.offset) + length,
        searched: Int(moved.offset) + length)
    }
    return room(in: batch) > 0
  }

  /// Bytes that may be read in, so that the names of one more event can still be written out.
  private func room(in batch: EventBatch) -> Int {
    batch.bytesCapacity - batch.bytesCount - NativeDecoder.textBytesMax
  }

  private mutating func readMore(_ window: inout Window, into batch: EventBatch) {
    let count: Int
    do throws(ArchiveError) {
      let free = unsafe UnsafeMutableRawBufferPointer(
        rebasing: batch.freeBytes.prefix(min(Self.blockBytes, room(in: batch))))
      // SAFETY: the free bytes are the batch's own, initialised, and no one else's at this moment.
      let bytes = unsafe free.assumingMemoryBound(to: UInt8.self)
      var span = unsafe bytes.mutableSpan
      count = try text.read(into: &span)
    } catch {
      failure = error
      isAtEnd = true
      return
    }
    isAtEnd = count == 0
    if isSkippingLine { return skipLine(&window, count, in: batch) }
    _ = batch.use(bytes: count)
    window.end += count
  }

  /// Looks for the end of a line that was refused in `count` bytes just read, and drops what
  /// belongs to it.
  private mutating func skipLine(_ window: inout Window, _ count: Int, in batch: EventBatch) {
    let free = unsafe batch.freeBytes
    guard count > 0, let found = unsafe memchr(free.baseAddress!, 0x0A, count) else { return }
    let range = batch.use(bytes: count)
    window.start =
      unsafe Int(range.offset) + (UnsafeMutableRawPointer(found) - free.baseAddress!) + 1
    window.end = Int(range.offset) + count
    window.searched = window.start
    isSkippingLine = false
  }
}
