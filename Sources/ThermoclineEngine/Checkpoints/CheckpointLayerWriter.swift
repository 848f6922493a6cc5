import ThermoclineCore

/// Packs what changed of a state since it was said last into the contents of chunks: runs of pages, each with its part,
/// its first page and its bytes (LEB128 each), then the bytes.
struct CheckpointLayerWriter {
  private let before: StatePages?
  private let say: (_ content: [UInt8]) -> Void
  private(set) var pages = StatePages()
  private var content: [UInt8] = []
  /// Of the part that is being written.
  private var partBytes = 0

  /// - Parameters:
  ///   - before: the state as it was said; nil = nothing was.
  ///   - say: gets contents of at most `CheckpointFormat.pieceBytes`, none of them empty.
  init(since before: StatePages?, say: @escaping (_ content: [UInt8]) -> Void) {
    self.before = before
    self.say = say
    content.reserveCapacity(CheckpointFormat.pieceBytes)
  }

  /// The next piece of the state, as a `StateWriter` hands it over.
  mutating func add(_ piece: [UInt8], endsPart: Bool) {
    let part = pages.parts.count
    for run in pages.add(piece, endsPart: endsPart, since: before) { add(run, of: piece, in: part) }
    partBytes = endsPart ? 0 : partBytes + piece.count
  }

  /// Says what is left.
  mutating func finish() {
    if !content.isEmpty { say(content) }
    content.removeAll(keepingCapacity: true)
  }

  private mutating func add(_ run: Range<Int>, of piece: [UInt8], in part: Int) {
    var start = run.lowerBound
    while start < run.upperBound {
      let room = CheckpointFormat.pieceBytes - content.count - Self.headBytesMax
      let end = min(run.upperBound, start + room / StatePages.pageBytes * StatePages.pageBytes)
      guard end > start else {
        finish()
        continue
      }
      for number in [part, (partBytes + start) / StatePages.pageBytes, end - start] {
        append(UInt64(number))
      }
      content += piece[start..<end]
      start = end
    }
  }

  private mutating func append(_ number: UInt64) {
    var rest = number
    while rest >= 128 {
      content.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    content.append(UInt8(truncatingIfNeeded: rest))
  }

  private static let headBytesMax = 30
}
