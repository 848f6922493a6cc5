import ThermoclineCore

/// What open panes count: a block of whole numbers for each, one number for each column of the pane's level. Blocks of
/// one level have one size and are handed out again.
struct CellBlocks: ~Copyable, Sendable {
  private var words = Slab<Int64>(capacity: 1_024)
  private var sizes = Slab<UInt32>()
  /// The first free block of each level, `noNode` = none; a free block's first word names the next.
  private var free = Slab<UInt32>()

  /// Adds a level whose blocks have so many numbers.
  mutating func add(levelWith columns: Int) {
    sizes.append(UInt32(CacheLine.stride(of: columns, itemBytes: MemoryLayout<Int64>.stride)))
    free.append(noNode)
  }

  /// A block of zeros: the place of its first number.
  mutating func take(_ level: Int) -> UInt32 {
    let size = sizes[level]
    let block = free[level]
    if block == noNode {
      words.append(repeating: 0, count: Int(size))
      return UInt32(truncatingIfNeeded: words.count &- Int(size))
    }
    let next = UInt32(truncatingIfNeeded: words[block])
    free[level] = next
    // The next taker reads there; 3 % of the reference query otherwise waits for it.
    if next != noNode { words.prefetch(Int(next)) }
    var i = block
    while i < block &+ size {
      words[i] = 0
      i &+= 1
    }
    return block
  }

  mutating func give(_ block: UInt32, _ level: Int) {
    words[block] = Int64(free[level])
    free[level] = block
  }

  @inline(__always) subscript(place: UInt32) -> Int64 {
    get { words[place] }
    set { words[place] = newValue }
  }

  @inline(__always) func prefetch(_ block: UInt32) { words.prefetch(Int(block)) }

  var bytes: Int { words.bytes }
}

extension CellBlocks {
  /// The sizes are the plan's.
  func write(to state: inout StateWriter) {
    words.write(to: &state)
    free.write(to: &state)
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    try words.read(from: &state)
    try free.read(from: &state)
    guard free.count == sizes.count else { throw StateError("the cells are of another plan") }
  }
}
