import Testing
import ThermoclineTestKit

@testable import ThermoclineHealth

@Suite struct ArrayMedianTests {
  @Test(arguments: 1...40)
  func mediansAreThoseOfASort(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for count in [1, 2, 3, 4, 5, 16, 17, 100, 1_001] {
      // Few different values, so that there are ties; some lists in order.
      let most = [1.0, 10, 1e9].randomElement(using: &random)!
      var values = (0..<count).map { _ in Double.random(in: 0...most, using: &random).rounded() }
      if seed % 3 == 0 { values.sort() }
      if seed % 3 == 1 { values.sort(by: >) }
      let sorted = values.sorted()
      let expected =
        count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2
      #expect(values.middle() == expected)
      #expect(values.median() == expected, "seed \(seed), \(count) values")
      #expect(values.sorted() == sorted)
    }
  }

  @Test func ofNoneThereIsNone() { #expect([Double]().middle() == nil) }
}
