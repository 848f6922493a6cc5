internal import ThermoclineCore

/// Collects the paths a format asks for.
struct FieldTreeBuilder {
  private final class Branch {
    var key: [UInt8]
    var children: [Branch] = []
    var slot = SlotList.none
    var isEmbedded = false
    init(_ key: [UInt8]) { self.key = key }
  }

  private let root = Branch([])
  private var nodesCount = 1
  /// The path of each slot.
  private(set) var paths: [String] = []

  /// The slot of the value at a path of keys; a path asked for twice has one slot. nil when the
  /// tree is full or a key cannot be told from its neighbour's.
  mutating func slot(_ path: [String]) -> UInt8? {
    guard let branch = branch(path) else { return nil }
    if branch.slot == SlotList.none {
      guard paths.count < FoundValues.slotsMax else { return nil }
      branch.slot = UInt8(paths.count)
      paths.append(path.joined(separator: "."))
    }
    return branch.slot
  }

  /// The value at a path may be text that holds the JSON.
  mutating func embed(_ path: [String]) { branch(path)?.isEmbedded = true }

  /// The nodes in an order where siblings are neighbours, and their keys.
  func flattened() -> (nodes: [FieldTree.Node], keys: [UInt8]) {
    var nodes = [FieldTree.Node()]
    var keys: [UInt8] = []
    var queue = [root]
    var place = 0
    while place < queue.count {
      let branch = queue[place]
      nodes[place].firstChild = UInt8(queue.count)
      nodes[place].childrenCount = UInt8(branch.children.count)
      nodes[place].slot = branch.slot
      nodes[place].isEmbedded = branch.isEmbedded
      for child in branch.children {
        var node = FieldTree.Node()
        node.head = Self.word(child.key.prefix(8))
        node.tail = Self.word(child.key.suffix(8))
        node.keyStart = UInt16(keys.count)
        node.keyLength = UInt16(child.key.count)
        node.parent = UInt8(place)
        Self.write(child.key, &node)
        keys += child.key
        nodes[place].hasIndices =
          nodes[place].hasIndices
          || FieldTree.index(String(decoding: child.key, as: UTF8.self)) != nil
        nodes.append(node)
        queue.append(child)
      }
      place += 1
    }
    return (nodes, keys)
  }

  private mutating func branch(_ path: [String]) -> Branch? {
    var branch = root
    for key in path {
      let bytes = Array(key.utf8)
      if let child = branch.children.first(where: { $0.key == bytes }) {
        branch = child
        continue
      }
      let isTwin = branch.children.contains {
        $0.key.count == bytes.count && $0.key.prefix(8) == bytes.prefix(8)
      }
      guard nodesCount < FieldTree.nodesMax, bytes.count <= FieldTree.keyBytesMax, !isTwin else {
        return nil
      }
      let child = Branch(bytes)
      branch.children.append(child)
      nodesCount += 1
      branch = child
    }
    return branch
  }

  /// The key as it usually stands in a text, if its bytes stand there as they are.
  private static func write(_ key: [UInt8], _ node: inout FieldTree.Node) {
    let isPlain = key.allSatisfy {
      $0 >= 0x20 && $0 < 0x80 && $0 != Ascii.quote && $0 != Ascii.backslash
    }
    let text = [Ascii.quote] + key + [Ascii.quote, Ascii.colon]
    guard isPlain, text.count <= 16 else { return }
    let mask = [UInt8](repeating: 0xFF, count: text.count)
    node.writtenLength = UInt8(text.count)
    node.written = (word(text.prefix(8)), word(text.dropFirst(8)))
    node.writtenMask = (word(mask.prefix(8)), word(mask.dropFirst(8)))
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
