/// A sketch that is complete: put in order once, and then asked again and again.
package struct SortedSketch: Sendable {
  /// As it was before.
  let sketch: QuantileSketch
  private let keys: [Int32]
  /// Values below each bucket.
  private let below: [Int]

  package init(_ sketch: QuantileSketch) {
    self.sketch = sketch
    keys = sketch.counts.keys.sorted()
    var sum = 0
    below = keys.map { key in
      defer { sum += sketch.counts[key]! }
      return sum
    }
  }

  package var count: Int { sketch.count }

  /// The value of rank ⌊q · (count − 1)⌋, to within the sketch's accuracy; nil without values. `q` in 0…1.
  package func quantile(_ q: Double) -> Double? {
    guard count > 0 else { return nil }
    let rank = Int((q * Double(count - 1)).rounded(.down))
    // The last bucket that begins at or below the rank.
    return sketch.value(of: keys[place { $0 <= rank } - 1])
  }

  /// The share of values below this one, and half of those like it, in per cent, 0…100. Values of one bucket are alike:
  /// those that differ by less than twice the accuracy. 50 without values.
  package func percentile(of value: Double) -> Double {
    guard count > 0 else { return 50 }
    let key = sketch.key(of: value)
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    let less = low < keys.count ? below[low] : count
    let alike = low < keys.count && keys[low] == key ? sketch.counts[key]! : 0
    return (Double(less) + Double(alike) / 2) / Double(count) * 100
  }

  /// Buckets whose number of values below them meets a condition that holds up to some bucket.
  private func place(_ holds: (Int) -> Bool) -> Int {
    var (low, high) = (0, below.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(below[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
