import Testing
import ThermoclineCore

@Suite struct FNV1aTests {
  /// The published vectors of the 64-bit variant (http://www.isthe.com/chongo/src/fnv/test_fnv.c).
  @Test(
    arguments: [
      ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C),
      ("foobar", 0x8594_4171_F739_67E8),
    ] as [(String, UInt64)])
  func publishedVectors(text: String, hash: UInt64) {
    #expect(FNV1a.hash(text) == hash)
  }
}
