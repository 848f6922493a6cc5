internal import Synchronization
internal import ThermoclineCore

/// The keys on the ways to the fields a format asks for, as a tree; built once and never changed.
///
/// SAFETY: the memory is filled in `init`, never written after it but for the atomic `followers`, and
/// freed in `deinit`; indices come from the tree itself.
@safe final class FieldTree: @unchecked Sendable {
  /// One key below another one. Node 0 is the whole event.
  struct Node {
    /// The children's nodes stand one after the other.
    var firstChild: UInt8 = 0
    var childrenCount: UInt8 = 0
    var slot: UInt8 = SlotList.none
    /// The value may be text that holds JSON of its own.
    var isEmbedded = false
    /// A child's key is an array index.
    var hasIndices = false
    /// Where the children's hash table begins, and 64 less the bits of its index.
    var table: UInt16 = 0
    var shift: UInt8 = 63
    var multiplier: UInt64 = 1
    /// The key's first eight bytes (zeros after a shorter one), its last eight, its length.
    var head: UInt64 = 0
    var tail: UInt64 = 0
    var keyStart: UInt16 = 0
    var keyLength: UInt16 = 0
    /// The node of the object it is a key of.
    var parent: UInt8 = 0
    /// Bytes of the key in quotation marks with a colon; 0 when they are more than sixteen. The bytes are those of
    /// `written` where `writtenMask` is set.
    var writtenLength: UInt8 = 0
    var written: (UInt64, UInt64) = (0, 0)
    var writtenMask: (UInt64, UInt64) = (0, 0)
  }

  /// Nodes of a tree; one bit each tells which were met.
  static let nodesMax = 64
  /// Bytes of a key.
  static let keyBytesMax = 128

  let nodesCount: Int
  let nodes: UnsafeMutablePointer<Node>
  private let table: UnsafeMutablePointer<UInt8>
  private let keys: UnsafeMutablePointer<UInt8>
  /// For each node the one that came after it last. It says which key to try first and changes no answer, so it needs
  /// no order with anything.
  private let followers: UnsafeMutablePointer<Atomic<UInt8>>
  /// The path of each slot, for messages: `context.groupId`.
  let paths: [String]

  init(_ builder: FieldTreeBuilder) {
    var (nodes, keys) = builder.flattened()
    precondition(nodes.count <= Self.nodesMax)
    let table = Self.hash(&nodes)
    nodesCount = nodes.count
    paths = builder.paths
    unsafe self.nodes = .allocate(capacity: nodes.count)
    unsafe self.nodes.initialize(from: nodes, count: nodes.count)
    unsafe self.table = .allocate(capacity: table.count)
    unsafe self.table.initialize(from: table, count: table.count)
    unsafe followers = .allocate(capacity: nodes.count)
    for node in nodes.indices { unsafe (followers + node).initialize(to: Atomic(0)) }
    keys.append(0)
    unsafe self.keys = .allocate(capacity: keys.count)
    unsafe self.keys.initialize(from: keys, count: keys.count)
  }

  deinit {
    unsafe followers.deinitialize(count: nodesCount)
    unsafe followers.deallocate()
    unsafe nodes.deallocate()
    unsafe table.deallocate()
    unsafe keys.deallocate()
  }

  subscript(node: Int) -> Node {
    @inline(__always) get { unsafe nodes[node] }
  }

  /// The tree as a scanner reads it, without counting references to it.
  var view: View { unsafe View(nodes: nodes, table: table, keys: keys, followers: followers) }

  /// The child of a node with a key of the exact reader, escapes undone.
  func child(
    of node: Int, _ key: JSONStringToken, in text: Span<UInt8>
  ) throws(JSONFault) -> Int {
    let parent = self[node]
    let first = Int(parent.firstChild)
    for child in first..<first + Int(parent.childrenCount) {
      if try isKey(of: child, key, in: text) { return child }
    }
    return 0
  }

  /// The child for an element of an array; 0 when there is none.
  func child(of node: Int, index: Int) -> Int {
    let parent = self[node]
    let first = Int(parent.firstChild)
    guard parent.hasIndices else { return 0 }
    for child in first..<first + Int(parent.childrenCount) where Self.index(key(child)) == index {
      return child
    }
    return 0
  }

  /// The key of a node.
  func key(_ node: Int) -> String {
    let (start, count) = (Int(self[node].keyStart), Int(self[node].keyLength))
    // SAFETY: a node's key lies within the keys.
    return unsafe String(
      decoding: UnsafeBufferPointer(start: keys + start, count: count), as: UTF8.self)
  }

  /// The array index that a key stands for (RFC 6901: digits without leading zeros).
  static func index(_ key: String) -> Int? {
    guard !key.isEmpty, key.utf8.count <= 9, key.utf8.allSatisfy(Ascii.isDigit),
      key == "0" || key.utf8.first != Ascii.zero
    else { return nil }
    return Int(key)
  }

  private func isKey(
    of node: Int, _ key: JSONStringToken, in text: Span<UInt8>
  ) throws(JSONFault) -> Bool {
    let length = Int(self[node].keyLength)
    let start = Int(self[node].keyStart)
    if !key.hasEscapes && key.range.count != length { return false }
    guard key.range.count <= length * 6 else { return false }
    var (count, isEqual) = (0, true)
    // SAFETY: only bytes of the node's own key are compared.
    try JSONEscape.decode(key, in: text) { byte in
      if count >= length || (unsafe keys[start + count] != byte) { isEqual = false }
      count += 1
    }
    return isEqual && count == length
  }

  @inline(__always) fileprivate static func mask(_ length: Int) -> UInt64 {
    length >= 8 ? .max : (1 as UInt64) << UInt64(8 &* length) &- 1
  }

  @inline(__always) fileprivate static func place(
    _ head: UInt64, _ length: Int, _ multiplier: UInt64, _ shift: UInt8
  ) -> Int {
    let mixed = (head ^ UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15) &* multiplier
    return Int(truncatingIfNeeded: mixed >> UInt64(shift))
  }

  /// Gives each node a hash table of its children without collisions: multipliers are tried, then
  /// larger tables. Keys that share length and first eight bytes can have no such table; the
  /// builder refuses them.
  private static func hash(_ nodes: inout [Node]) -> [UInt8] {
    var table: [UInt8] = []
    for node in nodes.indices {
      let first = Int(nodes[node].firstChild)
      let children = first..<first + Int(nodes[node].childrenCount)
      var bits: UInt8 = 1
      var multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
      search: while true {
        for _ in 0..<64 {
          multiplier = multiplier &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          var places = [UInt8](repeating: 0, count: 1 << Int(bits))
          let isPerfect = children.allSatisfy { child in
            let place = place(
              nodes[child].head, Int(nodes[child].keyLength), multiplier | 1, 64 - bits)
            defer { places[place] = UInt8(child) }
            return places[place] == 0
          }
          guard isPerfect else { continue }
          nodes[node].multiplier = multiplier | 1
          nodes[node].shift = 64 - bits
          nodes[node].table = UInt16(table.count)
          table += places
          break search
        }
        bits += 1
        precondition(bits <= 10, "keys of one object that cannot be told apart")
      }
    }
    return table
  }
}

extension FieldTree {
  /// The memory of a tree.
  ///
  /// SAFETY: used only within a call that holds the tree; indices come from the tree itself.
  @safe struct View: BitwiseCopyable {
    fileprivate let nodes: UnsafeMutablePointer<Node>
    fileprivate let table: UnsafeMutablePointer<UInt8>
    fileprivate let keys: UnsafeMutablePointer<UInt8>
    fileprivate let followers: UnsafeMutablePointer<Atomic<UInt8>>

    /// The child of a node that is likely to come after another one and whose key, in its usual writing, stands at a
    /// quotation mark; 0 when something else stands there. There are at least sixteen readable bytes.
    @inline(__always) func likelyChild(
      of node: Int, after last: Int, in text: MessageText, at start: Int
    ) -> Int {
      let child = unsafe Int((followers + last).pointee.load(ordering: .relaxed))
      let candidate = unsafe nodes + child
      let (head, tail) = (text.word(at: start), text.word(at: start &+ 8))
      let wrong =
        unsafe (head ^ candidate.pointee.written.0) & candidate.pointee.writtenMask.0
        | (tail ^ candidate.pointee.written.1) & candidate.pointee.writtenMask.1
      guard wrong == 0, unsafe candidate.pointee.writtenLength != 0,
        unsafe Int(candidate.pointee.parent) == node
      else { return 0 }
      return child
    }

    /// Takes note of which node came after another one.
    @inline(__always) func note(_ child: Int, after last: Int) {
      // SAFETY: both are nodes of the tree, of which there are at most 64.
      let follower = unsafe followers + last
      let value = UInt8(truncatingIfNeeded: child)
      // Read first: a store would take the line away from other threads that use the tree.
      if unsafe follower.pointee.load(ordering: .relaxed) != value {
        unsafe follower.pointee.store(value, ordering: .relaxed)
      }
    }

    /// A node in place.
    subscript(node: Int) -> Node {
      @inline(__always) unsafeAddress { unsafe UnsafePointer(nodes + node) }
    }

    /// The child of a node whose key stands in the text; 0 when there is none. `start` is the key's
    /// first byte; there are at least eight readable bytes before and after each of its places.
    @inline(__always) func child(
      of node: Int, in text: MessageText, at start: Int, length: Int
    ) -> Int {
      let parent = unsafe nodes + node
      let head = text.word(at: start) & FieldTree.mask(length)
      let place = unsafe FieldTree.place(
        head, length, parent.pointee.multiplier, parent.pointee.shift)
      let child = unsafe Int(table[Int(parent.pointee.table) &+ place])
      let candidate = unsafe nodes + child
      guard unsafe candidate.pointee.head == head,
        unsafe Int(candidate.pointee.keyLength) == length, child != 0
      else { return 0 }
      if length <= 8 { return child }
      guard unsafe text.word(at: start &+ length &- 8) == candidate.pointee.tail else { return 0 }
      if length <= 16 { return child }
      let key = unsafe keys + Int(candidate.pointee.keyStart)
      for i in 8..<length &- 8 where unsafe text.byte(at: start &+ i) != key[i] { return 0 }
      return child
    }
  }
}
