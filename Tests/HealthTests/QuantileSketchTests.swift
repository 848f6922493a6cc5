import Testing
import ThermoclineTestKit

@testable import ThermoclineHealth

/// The sketch against all values in order.
@Suite struct QuantileSketchTests {
  /// Values of many sizes, of both signs, zeros and many equal ones among them.
  private func values(_ count: Int, _ random: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in
      switch Int.random(in: 0..<6, using: &random) {
      case 0: 0
      case 1: Double(Int.random(in: -5...5, using: &random))
      case 2: -Double.random(in: 1e-6...1e6, using: &random)
      case 3: Double.random(in: 0...1, using: &random)
      default: Double(Int.random(in: 0...2_000_000_000, using: &random))
      }
    }
  }

  private func sketch(_ values: [Double], _ accuracy: Double) -> QuantileSketch {
    var sketch = QuantileSketch(accuracy: accuracy)
    for value in values { sketch.add(value) }
    return sketch
  }

  @Test(
    "quantiles are those of the sorted values to within the stated relative error", arguments: 1...8
  )
  func quantiles(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let accuracy = [0.001, 0.005, 0.01, 0.1][Int(seed) % 4]
    let values = values(Int.random(in: 1...700, using: &random), &random)
    let sorted = values.sorted()
    let sketch = SortedSketch(sketch(values, accuracy))
    for step in 0...50 {
      let q = Double(step) / 50
      let exact = sorted[Int((q * Double(values.count - 1)).rounded(.down))]
      let found = try #require(sketch.quantile(q))
      #expect(
        abs(found - exact) <= accuracy * abs(exact) * 1.000_000_1, "seed \(seed), q \(q), \(exact)")
    }
  }

  @Test("a percentile lies between those of values twice the error away", arguments: 1...8)
  func percentiles(seed: UInt64) {
    var random = SeededGenerator(seed: seed + 100)
    let accuracy = 0.01
    let values = values(Int.random(in: 1...500, using: &random), &random)
    let sketch = SortedSketch(sketch(values, accuracy))
    func share(_ holds: (Double) -> Bool) -> Double {
      Double(values.filter(holds).count) / Double(values.count) * 100
    }
    var exactOnes = 0
    for value in values.prefix(100) + [0, -1e7, 1e12, 0.5] {
      let reach = abs(value) * 2.1 * accuracy
      let found = sketch.percentile(of: value)
      #expect(found >= share { $0 < value - reach } - 1e-9, "seed \(seed), \(value)")
      #expect(found <= share { $0 <= value + reach } + 1e-9, "seed \(seed), \(value)")
      // Where no other value is near, nothing is lost.
      if !values.contains(where: { $0 != value && abs($0 - value) <= reach }) {
        exactOnes += 1
        #expect(abs(found - (share { $0 < value } + share { $0 == value } / 2)) < 1e-9)
      }
    }
    #expect(exactOnes > 3)
  }

  @Test("parts merge to the same sketch in any order, that of all values", arguments: 1...5)
  func merging(seed: UInt64) {
    var random = SeededGenerator(seed: seed + 200)
    let values = values(400, &random)
    let whole = sketch(values, 0.01)
    for parts in [2, 7, 31] {
      var sketches = (0..<parts).map { part in
        sketch(values.indices.filter { $0 % parts == part }.map { values[$0] }, 0.01)
      }
      sketches.shuffle(using: &random)
      while sketches.count > 1 {
        // Any two, in either order: also what was merged before.
        let other = sketches.remove(at: Int.random(in: 0..<sketches.count, using: &random))
        let place = Int.random(in: 0..<sketches.count, using: &random)
        sketches[place].merge(other)
      }
      #expect(sketches[0] == whole, "seed \(seed), \(parts) parts")
    }
  }

  @Test("the number of buckets has the stated maximum, whatever comes")
  func bounded() {
    var sketch = QuantileSketch(accuracy: 0.01)
    var magnitude = 1e-12
    while magnitude < 1e18 {
      sketch.add(magnitude)
      sketch.add(-magnitude)
      magnitude *= 1.003
    }
    sketch.add(.infinity)
    sketch.add(0)
    #expect(sketch.counts.count > 5_000)
    #expect(sketch.counts.count <= 5_532)
    let sorted = SortedSketch(sketch)
    #expect(abs(sorted.quantile(1)! / 1e15 - 1) <= 0.01)
    #expect(sorted.quantile(0.5) == 0)
  }

  @Test("without values there is no quantile, and every percentile is the middle")
  func empty() {
    let sketch = SortedSketch(QuantileSketch(accuracy: 0.01))
    #expect(sketch.quantile(0.5) == nil)
    #expect(sketch.percentile(of: 3) == 50)
  }
}
