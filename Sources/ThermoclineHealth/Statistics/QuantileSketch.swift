import RealModule
package import ThermoclineCore

/// How values are distributed, in few counters: Masson, Rim, Lee 2019, DDSketch (doi 10.14778/3352063.3352135), with
/// an unbounded store of buckets over a bounded range of values.
///
/// Bucket k holds the values of (γᵏ⁻¹, γᵏ], γ = (1 + accuracy) ÷ (1 − accuracy), and answers for all of them within
/// `accuracy` of the value; so a quantile is that of the values themselves to within that share of it. Negative values
/// have buckets of their own, zero has one; less than 1e-9 counts as zero and more than 1e15 as 1e15. At an accuracy
/// of 0.01 there are at most 5,532 buckets.
///
/// All that is kept are whole numbers that are added, so sketches merge to the same one in any order.
package struct QuantileSketch: Sendable, Equatable {
  /// Greatest relative error of a quantile, 0.001…0.1.
  package let accuracy: Double
  /// Values counted.
  package private(set) var count = 0
  /// By key: ascending with the value, 0 for zero.
  package private(set) var counts: [Int32: Int] = [:]
  /// 1 ÷ ln γ.
  private let scale: Double
  /// Bucket of the smallest magnitude, which has key 1 (−1 below zero).
  private let lowest: Int32

  private static let smallest = 1e-9
  private static let largest = 1e15

  package init(accuracy: Double) {
    precondition(accuracy >= 0.001 && accuracy <= 0.1)
    self.accuracy = accuracy
    scale = 1 / (Double.log(onePlus: accuracy) - Double.log(onePlus: -accuracy))
    lowest = Int32((Double.log(Self.smallest) * scale).rounded(.up))
  }

  /// Counts a value; not NaN.
  package mutating func add(_ value: Double) {
    counts[key(of: value), default: 0] += 1
    count += 1
  }

  /// Counts what another one of the same accuracy has counted.
  package mutating func merge(_ other: QuantileSketch) {
    precondition(other.accuracy == accuracy, "sketches of different accuracy do not merge")
    counts.merge(other.counts, uniquingKeysWith: +)
    count += other.count
  }

  /// Where a value is counted.
  func key(of value: Double) -> Int32 {
    let magnitude = min(abs(value), Self.largest)
    guard magnitude >= Self.smallest else { return 0 }
    let key = Int32((Double.log(magnitude) * scale).rounded(.up)) - lowest + 1
    return value < 0 ? -key : key
  }

  /// The value that answers for a bucket.
  func value(of key: Int32) -> Double {
    if key == 0 { return 0 }
    let upper = Double.exp(Double(abs(key) + lowest - 1) / scale)
    // 2γᵏ ÷ (γ + 1), for (γ − 1) ÷ (γ + 1) = accuracy.
    let middle = upper * (1 - accuracy)
    return key < 0 ? -middle : middle
  }
}

extension QuantileSketch {
  /// The counters; the accuracy is its owner's.
  package func write(to state: inout StateWriter) {
    state.write(UInt64(counts.count))
    for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
      state.write(Int64(key))
      state.write(count)
    }
  }

  package init(accuracy: Double, from state: inout StateReader) throws(StateError) {
    self.init(accuracy: accuracy)
    let largest = Int64(key(of: Self.largest))
    for _ in 0..<(try state.count()) {
      let key = try state.number()
      let more = try state.tallied()
      guard more > 0, (-largest...largest).contains(key), counts[Int32(key)] == nil else {
        throw StateError("a sketch counts \(more) values in bucket \(key)")
      }
      counts[Int32(key)] = more
      count += more
    }
    guard count <= 1 << 48 else { throw StateError("a sketch counts \(count) values") }
  }
}
