import Testing

@testable import ThermoclineCore

@Suite("Seeded random numbers")
struct SplitMix64Tests {
  @Test func streamsOfOneSeedDiffer() {
    var first = SplitMix64(seed: 1, stream: 1, substream: 2)
    var second = SplitMix64(seed: 1, stream: 2, substream: 1)
    #expect((0..<8).map { _ in first.next() } != (0..<8).map { _ in second.next() })
  }

  @Test func boundedNumbersCoverTheirRange() {
    var random = SplitMix64(seed: 13)
    let seen = Set((0..<500).map { _ in random.within(-3...4) })
    #expect(seen == Set(-3...4))
  }
}
