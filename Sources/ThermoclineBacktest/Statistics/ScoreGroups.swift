/// Cases in groups of equal size by their score, lowest first; equal scores stay together.
package enum ScoreGroups {
  /// The group, 0..<`count`, of each score: that of its middle rank.
  package static func places(_ scores: [Double], count: Int) -> [Int] {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var places = [Int](repeating: 0, count: scores.count)
    var i = 0
    while i < order.count {
      var end = i
      while end < order.count, scores[order[end]] == scores[order[i]] { end += 1 }
      let middle = (Double(i) + Double(end)) / 2 / Double(order.count)
      for k in i..<end { places[order[k]] = min(Int(middle * Double(count)), count - 1) }
      i = end
    }
    return places
  }
}
