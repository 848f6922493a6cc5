internal import ThermoclineCore

/// Parts accounts into folds, so that all cases of an account are in the same one.
package enum AccountFolds {
  /// Fold 0..<`count` of each account. Accounts that left are spread evenly, then the others.
  package static func folds(hasLeft: [Bool], count: Int, seed: UInt64) -> [Int] {
    var random = SplitMix64(seed: seed, stream: 0xF01D)
    var folds = [Int](repeating: 0, count: hasLeft.count)
    var next = 0
    for side in [true, false] {
      var members = hasLeft.indices.filter { hasLeft[$0] == side }
      random.shuffle(&members)
      for member in members {
        folds[member] = next % count
        next += 1
      }
    }
    return folds
  }
}
