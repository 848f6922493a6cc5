internal import CPlatform

/// Where the elements of slabs stand.
///
/// A block of more than 4 MiB is made of large pages, if the system has any: a store's tables are touched here and there, and with pages of
/// 4 KiB the processor knows where few of them are (Linux, "Transparent Hugepage Support",
/// https://docs.kernel.org/admin-guide/mm/transhuge.html). Such a block grows without being copied.
///
/// SAFETY: whoever allocates a block frees it, with the same number of bytes.
@safe enum SlabMemory {
  /// Memory that begins with a cache line, so that an element whose stride divides a line's 64 bytes never lies across
  /// two of them: `malloc` begins large blocks 16 bytes after a page's start.
  static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    guard isLarge(bytes) else { return .allocate(byteCount: bytes, alignment: 64) }
    return unsafe thermocline_pages_take(held(for: bytes))
  }

  static func free(_ block: UnsafeMutableRawPointer, _ bytes: Int) {
    guard isLarge(bytes) else { return unsafe block.deallocate() }
    unsafe thermocline_pages_give(block, held(for: bytes))
  }

  /// A larger block that begins with the first `used` bytes of this one, which is freed.
  static func grow(
    _ block: UnsafeMutableRawPointer, _ bytes: Int, to larger: Int, used: Int
  ) -> UnsafeMutableRawPointer {
    if isLarge(bytes) {
      return unsafe thermocline_pages_grow(block, held(for: bytes), held(for: larger))
    }
    let fresh = unsafe allocate(larger)
    unsafe fresh.copyMemory(from: block, byteCount: used)
    unsafe block.deallocate()
    return unsafe fresh
  }

  /// Elements that a block for `capacity` of them has room for: large pages are used to their end.
  static func room(for capacity: Int, stride: Int) -> Int { held(for: capacity * stride) / stride }

  private static func isLarge(_ bytes: Int) -> Bool { thermocline_is_large(bytes) != 0 }

  /// Bytes of the block that holds so many.
  private static func held(for bytes: Int) -> Int { thermocline_block_bytes(bytes) }
}
