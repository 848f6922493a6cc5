extension Slab {
  /// Writes the elements as they stand in memory, with their number and stride. Their layout is part of the format of
  /// whoever calls this.
  package func write(to state: inout StateWriter) {
    state.write(UInt64(MemoryLayout<Element>.stride))
    state.write(UInt64(used))
    state.cut()
    // SAFETY: `used` elements are initialised, and the slab is not changed meanwhile.
    unsafe state.write(
      raw: UnsafeRawBufferPointer(start: base, count: used * MemoryLayout<Element>.stride))
    state.cut()
  }

  /// Puts elements that were written in the place of those here.
  package mutating func read(from state: inout StateReader) throws(StateError) {
    let stride = try state.unsigned()
    guard stride == UInt64(MemoryLayout<Element>.stride) else {
      throw StateError(
        "rows of \(stride) bytes stand where rows of \(MemoryLayout<Element>.stride) belong")
    }
    let count = try state.count(eachAtLeast: Int(stride))
    var fresh = Slab(capacity: count)
    // SAFETY: the memory of `fresh` has room for `count` elements; they count once all their bytes are there.
    unsafe try state.read(
      raw: UnsafeMutableRawBufferPointer(start: fresh.base, count: count * Int(stride)))
    fresh.setUsed(count)
    swap(&fresh, &self)
  }
}

extension NodePool {
  package func write(to state: inout StateWriter) {
    slab.write(to: &state)
    free.write(to: &state)
    state.write(freeCount)
  }

  package mutating func read(from state: inout StateReader) throws(StateError) {
    try slab.read(from: &state)
    try free.read(from: &state)
    freeCount = try state.int()
    guard (0...free.count).contains(freeCount) else {
      throw StateError("more nodes are free than there are")
    }
  }
}
