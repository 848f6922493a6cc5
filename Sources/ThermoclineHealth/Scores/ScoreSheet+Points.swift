internal import ThermoclineCore

/// The score, and what changed.
extension ScoreSheet {
  /// Score, contributions, change, band and trend.
  mutating func rate(_ account: UInt32, _ table: inout ScoreTable) {
    points = noPoints
    band = noPlace
    change = noPoints
    trend = nil
    hasMovedMeasure = false
    guard coverage >= coverageMin, coverage > 0 else { return }
    let score = apportion()
    points = Int32(score)
    let row = table.rows[account]
    if row.hasContributions {
      let start = Int(account) &* lines.count
      var before: Int64 = 0
      for i in 0..<lines.count {
        let previous = table.contributions[start &+ i]
        before += Int64(previous)
        lines[i].change = lines[i].contribution - previous
        if lines[i].change != 0 { hasMovedMeasure = true }
      }
      change = Int32(score - before)
    } else {
      for i in 0..<lines.count {
        lines[i].change = lines[i].contribution
        if lines[i].change != 0 { hasMovedMeasure = true }
      }
    }
    let points = Points(tenThousandths: score)
    band = UInt8(cuts.band(of: points, before: row.band == noPlace ? nil : Int(row.band)))
    trend0.clear()
    let daily = Int(account) &* table.daysMax
    for i in 0..<Int(row.days) { trend0.append(table.daily[daily &+ i]) }
    trend0.remember(points, at: at, most: trendScores)
    trend = trend0.slope
  }

  /// Each measure's whole ten-thousandths of the score, which is given back: the rounded score,
  /// shared out by the largest remainders (Hamilton's method), so that nothing is lost.
  private mutating func apportion() -> Int64 {
    var (sum, shared) = (0.0, Int64(0))
    for i in 0..<lines.count {
      let subscore = lines[i].subscore
      let exact = lines[i].weight * Double(subscore == noPoints ? 0 : subscore)
      let share = Int64(exact)
      lines[i].contribution = Int32(truncatingIfNeeded: share)
      rests[i] = exact - Double(share)
      sum += exact
      shared += share
    }
    let total = Int64(min(sum, 1_000_000).rounded())
    var missing = total - shared
    while missing > 0 {
      var next = 0
      for i in 1..<max(lines.count, 1) where rests[i] > rests[next] { next = i }
      lines[next].contribution += 1
      // Exact: both numbers are below 2²⁰ and the remainder has no finer bits than the product had.
      rests[next] -= 1
      missing -= 1
    }
    return total
  }
}
