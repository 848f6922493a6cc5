import Foundation
import Testing

@testable import ThermoclineCore

@Suite("Portable mathematics")
struct PortableMathTests {
  @Test func logarithmAgreesWithTheLibrary() {
    for step in 1...2_000 {
      for x in [Double(step) / 1_000, Double(step) * 7.7, 1 + Double(step) * 1e-12] {
        let expected = log(x)
        #expect(
          abs(PortableMath.logarithm(x) - expected) <= 4e-15 * max(abs(expected), 1e-3), "\(x)")
      }
    }
  }

  @Test func exponentialAgreesWithTheLibrary() {
    for step in -2_000...2_000 {
      let x = Double(step) * 0.345
      #expect(abs(PortableMath.exponential(x) / exp(x) - 1) < 2e-13, "\(x)")
    }
    #expect(PortableMath.exponential(0) == 1)
  }
}
