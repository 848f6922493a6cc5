internal import CZlib

/// The CRC-32 of ISO 3309, as gzip and zip use it. `previous` continues the sum of the bytes
/// before.
package func crc32(_ bytes: Span<UInt8>, continuing previous: UInt32 = 0) -> UInt32 {
  // SAFETY: the span's bytes are readable for its count while the closure runs.
  unsafe bytes.withUnsafeBytes { buffer in
    let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return unsafe start == nil ? previous : UInt32(crc32_z(UInt(previous), start, buffer.count))
  }
}
