import Testing
import ThermoclineEngine
import ThermoclineTestKit

@Suite struct DurationHistogramTests {
  @Test func everyDurationIsInItsClass() {
    var random = SeededGenerator(seed: 3)
    var durations: [UInt64] = DurationHistogram.boundsMilliseconds.flatMap {
      [$0 * 1_000_000, $0 * 1_000_000 + 1]
    }
    for _ in 0..<500 { durations.append(UInt64.random(in: 0...400_000_000_000, using: &random)) }
    var histogram = DurationHistogram()
    for duration in durations { histogram.record(nanoseconds: duration) }
    var below = 0
    for (place, bound) in DurationHistogram.boundsMilliseconds.enumerated() {
      below += histogram.counts[place]
      #expect(below == durations.filter { $0 <= bound * 1_000_000 }.count)
    }
    #expect(histogram.count == durations.count)
    #expect(histogram.sumNanoseconds == durations.reduce(0, +))
    // A quantile lies in the class of the duration that has the rank.
    let sorted = durations.sorted()
    for share in [0.1, 0.5, 0.9] {
      let exact = sorted[Int((share * Double(sorted.count)).rounded(.up)) - 1]
      let bounds = [0] + DurationHistogram.boundsMilliseconds
      let place = bounds.lastIndex { $0 * 1_000_000 < exact } ?? 0
      let found = (histogram.quantileSeconds(share) ?? 0) * 1_000
      let upper = place + 1 < bounds.count ? bounds[place + 1] : bounds[place]
      #expect(found >= Double(bounds[place]) && found <= Double(upper))
    }
    #expect(DurationHistogram().quantileSeconds(0.5) == nil)
  }
}
