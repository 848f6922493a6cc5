internal import ThermoclineCore

/// Logistic regression with weights ≥ 0, held near prior weights by a quadratic penalty:
/// minimises −log likelihood + ½ · penalty · Σ (weight − prior)².
///
/// Newton's method on the likelihood (iteratively reweighted least squares), each step's quadratic
/// problem solved by coordinate descent, where a bound is a clamp (Friedman, Hastie and Tibshirani
/// 2010, doi 10.18637/jss.v033.i01). The intercept is neither penalised nor bounded.
package struct PenalisedLogistic: Sendable {
  package private(set) var intercept = 0.0
  package private(set) var weights: [Double]

  /// `rows` all have as many columns as `prior` has weights; `penalty` > 0.
  package init(rows: [[Double]], isChurner: [Bool], prior: [Double], penalty: Double) {
    precondition(rows.count == isChurner.count && penalty > 0)
    weights = prior
    let share = (Double(isChurner.count { $0 }) + 0.5) / (Double(rows.count) + 1)
    intercept = PortableMath.logarithm(share / (1 - share))
    for _ in 0..<60 {
      let before = [intercept] + weights
      step(rows, isChurner, prior, penalty)
      let moved = zip(before, [intercept] + weights).map { abs($0 - $1) }.max() ?? 0
      if moved < 1e-9 { break }
    }
  }

  /// Probability of leaving.
  package func probability(_ row: [Double]) -> Double {
    var sum = intercept
    for k in row.indices { sum += weights[k] * row[k] }
    return Self.sigmoid(sum)
  }

  static func sigmoid(_ x: Double) -> Double {
    1 / (1 + PortableMath.exponential(-min(max(x, -500), 500)))
  }

  /// One Newton step within the bounds.
  private mutating func step(
    _ rows: [[Double]], _ isChurner: [Bool], _ prior: [Double], _ penalty: Double
  ) {
    // Column 0 is the intercept's.
    let n = prior.count + 1
    var curvature = [Double](repeating: 0, count: n * n)
    var slope = [Double](repeating: 0, count: n)
    var x = [Double](repeating: 1, count: n)
    for (row, isChurner) in zip(rows, isChurner) {
      let p = probability(row)
      let (w, residual) = (max(p * (1 - p), 1e-10), (isChurner ? 1 : 0) - p)
      for k in row.indices { x[k + 1] = row[k] }
      for a in 0..<n {
        slope[a] += residual * x[a]
        let wa = w * x[a]
        for b in 0...a { curvature[a * n + b] += wa * x[b] }
      }
    }
    for a in 0..<n { for b in 0..<a { curvature[b * n + a] = curvature[a * n + b] } }
    // Quadratic model in the step: slope·d − ½ d·curvature·d − penalty.
    let start = [intercept] + weights
    var now = start
    for _ in 0..<10_000 {
      var most = 0.0
      for a in 0..<n {
        var gradient = slope[a]
        for b in 0..<n { gradient -= curvature[a * n + b] * (now[b] - start[b]) }
        var bend = curvature[a * n + a]
        if a > 0 {
          gradient -= penalty * (now[a] - prior[a - 1])
          bend += penalty
        }
        var next = now[a] + gradient / bend
        if a > 0 { next = max(next, 0) }
        most = max(most, abs(next - now[a]))
        now[a] = next
      }
      if most < 1e-11 { break }
    }
    intercept = now[0]
    weights = Array(now[1...])
  }
}
