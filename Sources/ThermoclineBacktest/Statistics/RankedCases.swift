internal import ThermoclineCore

/// Cases in the order of their risk, highest first, for statistics of ranks in one pass whatever
/// the cases weigh. A case weighs as often as its account was drawn.
package struct RankedCases: Sendable {
  private var accounts: [Int32] = []
  private var isChurner: [Bool] = []
  private var risks: [Double] = []

  /// The three lists go together. A NaN risk traps: it has no rank.
  package init(risks: [Double], isChurner: [Bool], accounts: [Int]) {
    precondition(risks.count == isChurner.count && risks.count == accounts.count)
    precondition(!risks.contains { $0.isNaN })
    let order = risks.indices.sorted { a, b in
      risks[a] == risks[b] ? a < b : risks[a] > risks[b]
    }
    for i in order {
      self.accounts.append(Int32(accounts[i]))
      self.isChurner.append(isChurner[i])
      self.risks.append(risks[i])
    }
  }

  package var count: Int { risks.count }
  package var churners: Int { isChurner.count { $0 } }

  /// Area under the ROC curve: the share of (churner, other) pairs in which the churner has the
  /// higher risk, a tie counting half (Mann and Whitney 1947, doi 10.1214/aoms/1177730491). NaN
  /// without a churner or without another.
  package func areaUnderCurve(_ weights: [Int32]) -> Double {
    var (pairs, churnersAbove, churners, others) = (0.0, 0.0, 0.0, 0.0)
    walk(weights) { group in
      pairs += group.others * (churnersAbove + group.churners / 2)
      churnersAbove += group.churners
      churners += group.churners
      others += group.others
    }
    return pairs / (churners * others)
  }

  /// Average precision: Σ (recall gained at a risk) × (precision at that risk and above), ties being
  /// taken at once. NaN without a churner.
  package func averagePrecision(_ weights: [Int32]) -> Double {
    var (sum, churners, all) = (0.0, 0.0, 0.0)
    walk(weights) { group in
      churners += group.churners
      all += group.churners + group.others
      if group.churners > 0 { sum += group.churners * churners / all }
    }
    return sum / churners
  }

  /// The ROC curve's corners: share of the others and of the churners at or above each risk.
  package var curve: [(others: Double, churners: Double)] {
    let weights = [Int32](repeating: 1, count: Int(accounts.max() ?? -1) + 1)
    var corners = [(others: 0.0, churners: 0.0)]
    walk(weights) { group in
      let last = corners[corners.count - 1]
      corners.append((last.others + group.others, last.churners + group.churners))
    }
    let (others, churners) = corners[corners.count - 1]
    return corners.map {
      (others > 0 ? $0.others / others : 0, churners > 0 ? $0.churners / churners : 0)
    }
  }

  private struct Group {
    var churners = 0.0
    var others = 0.0
  }

  /// Hands over the weight of each run of equal risks.
  private func walk(_ weights: [Int32], _ take: (Group) -> Void) {
    var i = 0
    while i < risks.count {
      let risk = risks[i]
      var (churners, others) = (Int64(0), Int64(0))
      while i < risks.count, risks[i] == risk {
        let weight = Int64(weights[Int(accounts[i])])
        if isChurner[i] { churners += weight } else { others += weight }
        i += 1
      }
      take(Group(churners: Double(churners), others: Double(others)))
    }
  }
}
