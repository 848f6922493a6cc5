internal import ThermoclineCore

/// Draws ranks 0, 1, 2… with weights 1, ½, ⅓… for any number of ranks up to a maximum.
struct ZipfTable {
  private let cumulative: [Double]

  init(ranksMax: Int) {
    var sum = 0.0
    cumulative = (1...ranksMax).map {
      sum += 1 / Double($0)
      return sum
    }
  }

  /// A rank in 0..<`ranks`; `ranks` ≥ 1 and not above the maximum.
  func rank(of ranks: Int, _ random: inout SplitMix64) -> Int {
    let draw = random.unit() * cumulative[ranks - 1]
    var low = 0
    var high = ranks - 1
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > draw { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
