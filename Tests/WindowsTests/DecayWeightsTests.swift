import Foundation
import Testing
import ThermoclineCore

@testable import ThermoclineWindows

@Suite struct DecayWeightsTests {
  @Test("the portable power of a half agrees with the C library's")
  func halved() {
    for step in 0..<4_000 {
      let x = Double(step) * 0.013
      let expected = pow(0.5, x)
      #expect(abs(DecayWeights.halved(x) - expected) <= 4e-16 * expected, "\(x)")
    }
    #expect(DecayWeights.halved(1) == 0.5 && DecayWeights.halved(10) == 1.0 / 1_024)
    #expect(DecayWeights.halved(1e9) == 0)
  }

  @Test(
    "weights are whole, fall from one, halve with each half-life, and end where they round to nothing"
  )
  func table() throws {
    let weights = DecayWeights.table(slide: .hours(6), halfLife: .days(1), count: 10_000)
    #expect(weights[0] == 1 << 40)
    #expect(weights.count == 41 * 4 + 1)
    for age in weights.indices {
      #expect(weights[age] == Int64((pow(0.5, Double(age) / 4) * pow(2, 40)).rounded()), "\(age)")
    }
    #expect(DecayWeights.table(slide: .days(1), halfLife: .days(7), count: 28).count == 28)
    #expect(DecayWeights.table(slide: .days(1), halfLife: .seconds(1), count: 28) == [1 << 40])
  }
}
