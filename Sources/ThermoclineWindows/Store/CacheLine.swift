/// How rows of one size are laid out one after the other.
enum CacheLine {
  static let bytes = 64

  /// Items from the beginning of one row of `count` items to that of the next: a row that fits into a cache line lies in
  /// one, in a slab that holds no rows of another size. Longer rows stand without gaps.
  static func stride(of count: Int, itemBytes: Int) -> Int {
    let rowBytes = max(count, 1) * itemBytes
    if rowBytes > bytes { return count }
    var stride = itemBytes
    while stride < rowBytes { stride *= 2 }
    return stride / itemBytes
  }
}
