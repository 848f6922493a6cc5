internal import CZlib

/// Bytes in zlib's own format (RFC 1950), all at once.
package enum ZlibBytes {
  /// Packs quickly rather than tightly.
  package static func pack(_ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: zlib reads and writes inside the bounds that it is given, during the call.
    unsafe [UInt8](unsafeUninitializedCapacity: Int(compressBound(UInt(bytes.count)))) {
      packed, count in
      var size = UInt(packed.count)
      let code = unsafe bytes.withUnsafeBufferPointer {
        unsafe compress2(
          packed.baseAddress, &size, $0.baseAddress, UInt($0.count), Z_BEST_SPEED)
      }
      precondition(code == Z_OK, "zlib has no memory")
      count = Int(size)
    }
  }

  /// Unpacks what must come to exactly `count` bytes; nil when it does not.
  package static func unpack(_ packed: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
    var isWhole = false
    // SAFETY: as above.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 1)) { bytes, written in
      var size = UInt(count)
      let code = unsafe packed.withUnsafeBufferPointer {
        unsafe uncompress(bytes.baseAddress, &size, $0.baseAddress, UInt($0.count))
      }
      isWhole = code == Z_OK && Int(size) == count
      written = isWhole ? count : 0
    }
    return isWhole ? bytes : nil
  }
}
