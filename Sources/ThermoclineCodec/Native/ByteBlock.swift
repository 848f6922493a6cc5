/// Sixteen bytes looked at all at once.
enum ByteBlock {
  /// The number of plain string characters before the first byte that is none: `"`, `\`, below 0x20
  /// or above 0x7F (as signed bytes, both of these are below 0x20); 16 without one.
  @inline(__always) static func plainCount(_ block: SIMD16<Int8>) -> Int {
    // Comparing with whole vectors is one instruction each; comparing with a scalar is a loop.
    let stops =
      (block .== SIMD16<Int8>(repeating: 0x22)) .| (block .== SIMD16<Int8>(repeating: 0x5C))
      .| (block .< SIMD16<Int8>(repeating: 0x20))
    // A lane of a mask is all ones or all zeros, so a lane's place is its first bit's place over
    // eight.
    // SAFETY: a mask of 16 one-byte lanes has the layout of two eight-byte integers.
    let halves = unsafe unsafeBitCast(stops, to: SIMD2<UInt64>.self)
    let low = halves[0].trailingZeroBitCount
    let high = halves[1].trailingZeroBitCount
    return (low == 64 ? 64 + high : low) >> 3
  }
}
