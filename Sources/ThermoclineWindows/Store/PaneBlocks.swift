import ThermoclineCore

/// The open panes: a block of whole numbers for each, its head and one number for each column of its level. A pane's
/// number is the place of its block. An event reads the head and changes a few numbers, so they stand together: blocks
/// begin with a cache line, and one of up to five columns is one. Blocks of one level have one size and are handed out
/// again.
struct PaneBlocks: ~Copyable, Sendable {
  /// What stands before the columns: index and next, entities and newest, `mayRepeat`; the first of two in the lower
  /// half.
  static let headWords: UInt32 = 3
  private static var lineWords: UInt32 { UInt32(CacheLine.bytes / MemoryLayout<Int64>.stride) }

  private var words = Slab<Int64>(capacity: 1_024)
  private var sizes = Slab<UInt32>()
  /// The first free block of each level, `noNode` = none; a free block's first word names the next.
  private var free = Slab<UInt32>()
  /// Panes in use.
  private(set) var count = 0

  /// Adds a level whose panes have so many columns.
  mutating func add(levelWith columns: Int) {
    let lines = (Self.headWords + UInt32(columns) + Self.lineWords - 1) / Self.lineWords
    sizes.append(lines * Self.lineWords)
    free.append(noNode)
  }

  /// There are no panes; their levels stay.
  mutating func removeAll() {
    words.removeAll()
    for level in 0..<free.count { free[level] = noNode }
    count = 0
  }

  /// A pane without events, at `index` slides since `Limits.eventTimeMin`, before `next`.
  mutating func take(_ level: Int, index: Int32, next: UInt32) -> UInt32 {
    let pane = takeBlock(level)
    words[pane] = Self.pair(UInt32(bitPattern: index), next)
    words[pane &+ 1] = Self.pair(noNode, 0)
    var i = pane &+ 2
    while i < pane &+ sizes[level] {
      words[i] = 0
      i &+= 1
    }
    count &+= 1
    return pane
  }

  private mutating func takeBlock(_ level: Int) -> UInt32 {
    let block = free[level]
    if block == noNode {
      let size = Int(sizes[level])
      words.append(repeating: 0, count: size)
      return UInt32(truncatingIfNeeded: words.count &- size)
    }
    let next = UInt32(truncatingIfNeeded: words[block])
    free[level] = next
    // The next taker reads there; 3 % of the reference query otherwise waits for it.
    if next != noNode { words.prefetch(Int(next)) }
    return block
  }

  mutating func give(_ pane: UInt32, _ level: Int) {
    words[pane] = Int64(free[level])
    free[level] = pane
    count &-= 1
  }

  /// Asks for a pane: for its head and the first columns, and for the next line where it has more.
  @inline(__always) func prefetch(_ pane: UInt32, _ level: Int) {
    words.prefetch(Int(pane))
    if sizes[level] > Self.lineWords { words.prefetch(Int(pane &+ Self.lineWords)) }
  }

  var bytes: Int { words.bytes }
}

/// What a pane holds.
extension PaneBlocks {
  /// Of one column.
  @inline(__always) subscript(pane: UInt32, column: UInt32) -> Int64 {
    get { words[pane &+ Self.headWords &+ column] }
    set { words[pane &+ Self.headWords &+ column] = newValue }
  }

  /// Slides since `Limits.eventTimeMin`.
  @inline(__always) func index(_ pane: UInt32) -> Int32 {
    Int32(truncatingIfNeeded: words[pane])
  }

  /// The next open pane; `noNode` = none.
  @inline(__always) func next(_ pane: UInt32) -> UInt32 { Self.upper(words[pane]) }

  @inline(__always) mutating func setNext(_ next: UInt32, of pane: UInt32) {
    words[pane] = Self.pair(Self.lower(words[pane]), next)
  }

  /// Head of its users and features; `noNode` = none.
  @inline(__always) func entities(_ pane: UInt32) -> UInt32 { Self.lower(words[pane &+ 1]) }

  @inline(__always) mutating func setEntities(_ first: UInt32, of pane: UInt32) {
    words[pane &+ 1] = Self.pair(first, Self.upper(words[pane &+ 1]))
  }

  /// Time of its newest event, milliseconds after its start.
  @inline(__always) func newest(_ pane: UInt32) -> UInt32 { Self.upper(words[pane &+ 1]) }

  @inline(__always) mutating func raiseNewest(to time: UInt32, of pane: UInt32) {
    let word = words[pane &+ 1]
    if time > Self.upper(word) { words[pane &+ 1] = Self.pair(Self.lower(word), time) }
  }

  /// Whether an entity may stand twice in its list (three or more panes open, events out of order among them).
  func mayRepeat(_ pane: UInt32) -> Bool { words[pane &+ 2] != 0 }

  mutating func setMayRepeat(_ pane: UInt32) { words[pane &+ 2] = 1 }

  @inline(__always) private static func pair(_ lower: UInt32, _ upper: UInt32) -> Int64 {
    Int64(bitPattern: UInt64(upper) &<< 32 | UInt64(lower))
  }

  @inline(__always) private static func lower(_ word: Int64) -> UInt32 {
    UInt32(truncatingIfNeeded: word)
  }

  @inline(__always) private static func upper(_ word: Int64) -> UInt32 {
    UInt32(truncatingIfNeeded: word &>> 32)
  }
}

extension PaneBlocks {
  /// The sizes are the plan's.
  func write(to state: inout StateWriter) {
    words.write(to: &state)
    free.write(to: &state)
    state.write(count)
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    try words.read(from: &state)
    try free.read(from: &state)
    count = try state.int()
    guard free.count == sizes.count else { throw StateError("the panes are of another plan") }
  }
}
