internal import CLZ4

/// Bytes in LZ4's block format (lz4_Block_format.md), all at once: larger than what zlib makes of the same, and unpacked
/// several times as fast.
package enum LZ4Block {
  /// Packs bytes, of which there are less than 2 GiB.
  package static func pack(_ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: LZ4 reads and writes inside the bounds that it is given, during the call.
    unsafe [UInt8](unsafeUninitializedCapacity: Int(LZ4_compressBound(Int32(bytes.count)))) {
      packed, count in
      let written = unsafe bytes.withUnsafeBytes { source in
        unsafe LZ4_compress_default(
          source.baseAddress, packed.baseAddress, Int32(source.count), Int32(packed.count))
      }
      precondition(written > 0, "LZ4 has no memory")
      count = Int(written)
    }
  }

  /// Unpacks what must come to exactly `count` bytes; nil when it does not.
  package static func unpack(_ packed: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
    var isWhole = false
    // SAFETY: as above.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 1)) { bytes, written in
      let size = unsafe packed.withUnsafeBytes { source in
        unsafe LZ4_decompress_safe(
          source.baseAddress, bytes.baseAddress, Int32(source.count), Int32(count))
      }
      isWhole = Int(size) == count
      written = isWhole ? count : 0
    }
    return isWhole ? bytes : nil
  }
}
