internal import ThermoclineCore

/// The score, and what changed.
extension ScoreSheet {
  /// Score, contributions, change, band and trend.
  mutating func rate(_ account: UInt32, _ table: inout ScoreTable) {
    points = noPoints
    band = noPlace
    change = noPoints
    trend = nil
    weekChange = noPoints
    hasMovedMeasure = false
    guard coverage >= rules[variant].coverageMin, coverage > 0 else { return }
    let row = table.rows[account]
    let start = Int(account) &* lines.count
    var before: Int64 = 0
    if row.hasContributions {
      for i in 0..<lines.count { before += Int64(table.contributions[start &+ i]) }
    }
    let score = apportion(most: isHeld(row) ? before : 1_000_000)
    points = Int32(score)
    if row.hasContributions {
      for i in 0..<lines.count {
        let previous = table.contributions[start &+ i]
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
    band = UInt8(
      rules[variant].cuts.band(of: points, before: row.band == noPlace ? nil : Int(row.band)))
    trend0.clear()
    let daily = Int(account) &* table.daysMax
    for i in 0..<Int(row.days) { trend0.append(table.daily[daily &+ i]) }
    trend0.remember(points, at: at, most: table.daysMax)
    trend = trend0.slope(trendScores)
    weekChange = trend0.change(since: PolicyLimits.weekDays)
  }

  /// Whether the score must not rise: nothing has happened since the last final one, for more than a day, so that a
  /// rise could only come from bad weeks that leave the windows, and silence would look healthy.
  private func isHeld(_ row: ScoreTable.Row) -> Bool {
    row.hasContributions && row.lastEvent == lastEvent && Int(row.variant) == variant
      && silence.map { $0 > .days(1) } == true
  }

  /// Each measure's whole ten-thousandths of the score, which is given back: the rounded score, `most` at most,
  /// shared out by the largest remainders (Hamilton's method), so that nothing is lost.
  private mutating func apportion(most: Int64) -> Int64 {
    var (sum, shared) = (0.0, Int64(0))
    for i in 0..<lines.count {
      let subscore = lines[i].subscore
      sum += lines[i].weight * Double(subscore == noPoints ? 0 : subscore)
    }
    let total = min(Int64(min(sum, 1_000_000).rounded()), most)
    let factor = sum.rounded() > Double(most) ? Double(most) / sum : 1
    for i in 0..<lines.count {
      let subscore = lines[i].subscore
      let exact = lines[i].weight * Double(subscore == noPoints ? 0 : subscore) * factor
      let share = Int64(exact)
      lines[i].contribution = Int32(truncatingIfNeeded: share)
      rests[i] = exact - Double(share)
      shared += share
    }
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
