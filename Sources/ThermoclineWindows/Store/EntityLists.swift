import ThermoclineCore

/// Whom open panes have seen: for each pane a chain of small chunks of entities' numbers, read from the newest on.
///
/// A chunk is half a cache line: a pane of up to seven entities costs one miss, and they are all known at once, so that
/// what is kept of them can be asked for together. A *position* is the place of one number; `noNode` is the end.
struct EntityLists: ~Copyable, Sendable {
  /// Numbers in a chunk; the word behind them is the position where the older chunk is read on.
  static var chunkItems: UInt32 { 7 }
  private static var chunkWords: UInt32 { 8 }

  private var words = Slab<UInt32>(capacity: 512)
  /// Chunks given back.
  private var free = Slab<UInt32>()

  /// Adds a number to the list that is read from `newest` on; `noNode` begins a list.
  @inline(__always) mutating func append(_ entity: UInt32, to newest: inout UInt32) {
    if newest == noNode || newest & Self.chunkItems == Self.chunkItems &- 1 {
      newest = takeChunk(before: newest)
    } else {
      newest &+= 1
    }
    words[newest] = entity
  }

  /// The position read after this one.
  @inline(__always) func following(_ position: UInt32) -> UInt32 {
    position & Self.chunkItems == 0 ? words[position &+ Self.chunkItems] : position &- 1
  }

  @inline(__always) subscript(position: UInt32) -> UInt32 {
    get { words[position] }
    set { words[position] = newValue }
  }

  /// The oldest position in the same chunk.
  @inline(__always) static func chunkStart(_ position: UInt32) -> UInt32 {
    position & ~chunkItems
  }

  /// Gives a whole list back.
  @inline(__always) mutating func give(_ newest: UInt32) {
    var position = newest
    while position != noNode {
      free.append(position / Self.chunkWords)
      position = words[position | Self.chunkItems]
    }
  }

  /// Asks for the numbers at a position.
  @inline(__always) func prefetch(_ position: UInt32) { words.prefetch(Int(position)) }

  /// Bytes held.
  var bytes: Int { words.bytes + free.bytes }

  private mutating func takeChunk(before older: UInt32) -> UInt32 {
    let chunk: UInt32
    if let given = free.popLast() {
      chunk = given
    } else {
      chunk = UInt32(truncatingIfNeeded: words.count) / Self.chunkWords
      words.append(repeating: noNode, count: Int(Self.chunkWords))
    }
    words[chunk &* Self.chunkWords &+ Self.chunkItems] = older
    return chunk &* Self.chunkWords
  }
}
