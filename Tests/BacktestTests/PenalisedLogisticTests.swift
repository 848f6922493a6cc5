import Testing

@testable import ThermoclineBacktest

/// References: scipy 1.17.1, minimize(method="L-BFGS-B", bounds: intercept free, weights ≥ 0) of
/// sum(logaddexp(0, z) − y·z) + ½·penalty·sum((w − prior)²), ftol 1e-15, gtol 1e-12.
@Suite struct PenalisedLogisticTests {
  private let rows = [
    [0.1, 0.9], [0.2, 0.4], [0.5, 0.1], [0.9, 0.3], [0.7, 0.8], [0.3, 0.6], [0.8, 0.2],
    [0.6, 0.5], [0.4, 0.7], [1.0, 0.0],
  ]
  private let left = [false, false, false, true, true, false, true, true, false, false]

  @Test(arguments: [
    ([0.0, 0.0], 1.0, [-0.8108137, 0.6752002, 0.0681025]),
    ([2.0, 1.0], 0.5, [-2.5423682, 2.8203640, 1.2018276]),
    ([0.0, 0.0], 0.01, [-7.7130663, 8.3187546, 5.3576928]),
    ([1.0, 3.0], 2.0, [-2.4977523, 1.4302454, 2.8181626]),
  ])
  func agreesWithScipy(prior: [Double], penalty: Double, expected: [Double]) {
    let fit = PenalisedLogistic(rows: rows, isChurner: left, prior: prior, penalty: penalty)
    for (found, wanted) in zip([fit.intercept] + fit.weights, expected) {
      #expect(abs(found - wanted) < 2e-5, "\(fit)")
    }
  }

  @Test func aWeightStopsAtItsBound() {
    let left = [false, false, false, true, false, false, true, true, false, true]
    let fit = PenalisedLogistic(rows: rows, isChurner: left, prior: [1, 1], penalty: 0.1)
    #expect(abs(fit.intercept + 3.1109683) < 2e-5 && abs(fit.weights[0] - 4.6231787) < 2e-5)
    #expect(fit.weights[1] == 0)
  }

  @Test func aFirmPriorHolds() {
    let fit = PenalisedLogistic(rows: rows, isChurner: left, prior: [2, 1], penalty: 1e9)
    #expect(abs(fit.weights[0] - 2) < 1e-6 && abs(fit.weights[1] - 1) < 1e-6)
    // The intercept is free: the expected number who leave is the number who left.
    let expected = rows.reduce(0) { $0 + fit.probability($1) }
    #expect(abs(expected - 4) < 1e-6)
  }
}
