/// Fixed-size nodes that are taken and given back, named by index: the linked structures of the windows
/// without an allocation a node. `NodePool.none` stands for "no node".
@frozen public struct NodePool<Node: BitwiseCopyable>: ~Copyable, Sendable {
  @usableFromInline var slab: Slab<Node>
  @usableFromInline var free: Slab<UInt32>

  public init(capacity: Int = 64) {
    slab = Slab(capacity: capacity)
    free = Slab(capacity: 16)
    freeCount = 0
  }

  @usableFromInline var freeCount: Int

  @inlinable public subscript(index: UInt32) -> Node {
    _read { yield slab[index] }
    _modify { yield &slab[index] }
  }

  /// Asks the processor to have the node at hand soon.
  @inlinable public func prefetch(_ index: UInt32) {
    slab.prefetch(Int(truncatingIfNeeded: index))
  }

  /// A node with this content; amortised O(1).
  @inlinable public mutating func take(_ node: Node) -> UInt32 {
    if freeCount > 0 {
      freeCount &-= 1
      let index = free[freeCount]
      slab[index] = node
      return index
    }
    slab.append(node)
    return UInt32(truncatingIfNeeded: slab.count &- 1)
  }

  /// Gives a node back; its index may be handed out again.
  @inlinable public mutating func give(_ index: UInt32) {
    if freeCount < free.count { free[freeCount] = index } else { free.append(index) }
    freeCount &+= 1
  }

  /// Nodes in use.
  @inlinable public var count: Int { slab.count &- freeCount }
  @inlinable public var bytes: Int { slab.bytes &+ free.bytes }
}

/// The index that names no node.
@inlinable public var noNode: UInt32 { .max }
