import Testing

@testable import ThermoclineWindows

@Suite struct CacheLineTests {
  @Test("no row that fits into a line lies across two; a longer row has no gap")
  func rows() {
    for itemBytes in [4, 8] {
      for count in 0...40 {
        let stride = CacheLine.stride(of: count, itemBytes: itemBytes)
        guard count * itemBytes <= 64 else {
          #expect(stride == count)
          continue
        }
        #expect(stride >= max(count, 1) && stride < max(2 * count, 2))
        for row in 0..<64 where count > 0 {
          let first = row * stride * itemBytes
          #expect(first / 64 == (first + count * itemBytes - 1) / 64)
        }
      }
    }
  }
}
