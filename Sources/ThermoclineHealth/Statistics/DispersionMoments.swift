import RealModule

/// What the dispersions of many accounts come to, for the prior of one of them. Whole numbers, so
/// that parts of several partitions add up to the same in any order.
package struct DispersionMoments: Sendable, Equatable, BitwiseCopyable {
  /// Accounts.
  package private(set) var count: Int64 = 0
  /// Σ e, Σ e² and Σ ψ′(d ÷ 2), in `unit`s, where e = ln s − ψ(d ÷ 2) + ln(d ÷ 2) of an account whose
  /// d weeks gave the dispersion s: then E e is the logarithm of the true one, whatever d.
  private var sum: Int64 = 0
  private var squares: Int64 = 0
  private var noise: Int64 = 0

  private static let unit = 1.0 / 1_048_576
  /// Degrees of freedom below which an account tells nothing.
  static let degreesMin = 4.0
  /// A dispersion is taken as at least this: weeks that are all alike have a logarithm too.
  private static let dispersionMin = 0.05

  package init() {}

  /// Adds an account with Σ squared residual ÷ expected and the degrees of freedom behind it.
  mutating func add(squares own: Double, degrees: Double) {
    guard degrees >= Self.degreesMin else { return }
    let half = degrees / 2
    let e =
      Double.log(max(own / degrees, Self.dispersionMin)) - digamma(half) + Double.log(half)
    count += 1
    sum += Int64((e / Self.unit).rounded())
    squares += Int64((e * e / Self.unit).rounded())
    noise += Int64((trigamma(half) / Self.unit).rounded())
  }

  /// Whether many of these may be added: a number that came from elsewhere may be any.
  var isAddable: Bool {
    let most = Int64(1) << 52
    return (0...most).contains(count)
      && [sum, squares, noise].allSatisfy { (-most...most).contains($0) }
  }

  /// Adds what another partition told.
  mutating func add(_ other: DispersionMoments) {
    count += other.count
    sum += other.sum
    squares += other.squares
    noise += other.noise
  }

  /// Mean of e, and what of its variance the accounts' few weeks do not explain; at least two accounts.
  var logarithm: (mean: Double, variance: Double) {
    precondition(count >= 2)
    let n = Double(count)
    let mean = Double(sum) * Self.unit / n
    let scatter = max(0, Double(squares) * Self.unit / n - mean * mean) * n / (n - 1)
    return (mean, scatter - Double(noise) * Self.unit / n)
  }
}
