import ThermoclineCore

/// One layer of a checkpoint, read from its first run of pages to its last.
struct CheckpointLayerReader {
  private let chunks: ArraySlice<[UInt8]>
  private let sequence: Int64
  /// In format 1 a chunk's content is the next piece of the state itself.
  private let isPlain: Bool
  /// Number of the next chunk.
  private var number: Int
  private var content: [UInt8] = []
  private var place = 0
  /// Where the run at hand stands; past the last one, `part` is `Int.max`.
  private(set) var part = 0
  /// Bytes of the part.
  private(set) var range = 0..<0

  /// Begins with the first run.
  init(
    _ layer: CheckpointChain.Layer, _ chunks: ArraySlice<[UInt8]>, isPlain: Bool
  ) throws(StateError) {
    self.chunks = chunks
    self.isPlain = isPlain
    sequence = layer.sequence
    number = chunks.startIndex
    try advance()
  }

  /// Adds bytes of the run at hand.
  func append(_ bytes: Range<Int>, to piece: inout [UInt8]) {
    let start = place - range.upperBound
    piece += content[start + bytes.lowerBound..<start + bytes.upperBound]
  }

  /// Goes on to the first run that ends behind a byte of a part.
  mutating func advance(to byte: Int, of wanted: Int) throws(StateError) {
    while part < wanted || part == wanted && range.upperBound <= byte { try advance() }
  }

  private mutating func advance() throws(StateError) {
    if place == content.count, !(try open()) {
      part = .max
      return
    }
    if isPlain {
      range = range.upperBound..<range.upperBound + content.count
      place = content.count
      return
    }
    let next = Int(truncatingIfNeeded: try numberOfHead())
    let start = Int(truncatingIfNeeded: try numberOfHead()) &* StatePages.pageBytes
    let count = Int(truncatingIfNeeded: try numberOfHead())
    guard count > 0, count <= content.count - place, start >= 0, start < 1 << 40,
      next > part || next == part && start >= range.upperBound
    else { throw StateError("chunk \(number - 1) holds no pages in their order") }
    part = next
    range = start..<start + count
    place += count
  }

  /// Unpacks the next chunk that is not empty; false where there is none.
  private mutating func open() throws(StateError) -> Bool {
    place = 0
    content = []
    while content.isEmpty {
      guard number < chunks.endIndex else { return false }
      do throws(CheckpointFormat.Damage) {
        content = try CheckpointFormat.state(in: chunks[number], index: number, of: sequence)
      } catch { throw StateError("chunk \(number) cannot be unpacked: \(error)") }
      number += 1
    }
    return true
  }

  private mutating func numberOfHead() throws(StateError) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 63, by: 7) {
      guard place < content.count else { break }
      let byte = content[place]
      place += 1
      result |= UInt64(byte & 127) << shift
      if byte < 128 { return result }
    }
    throw StateError("chunk \(number - 1) ends within a number")
  }
}
