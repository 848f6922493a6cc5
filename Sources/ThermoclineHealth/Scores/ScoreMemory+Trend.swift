internal import ThermoclineCore

extension ScoreMemory {
  /// Keeps the score as its day's, in place of an earlier one of the same day.
  mutating func remember(_ score: Points, at time: EventTime, most: Int) {
    let day = Int32(time.floor(to: .days(1)).milliseconds / 86_400_000)
    daily.removeAll { $0.day >= day || Int($0.day) <= Int(day) - 4 * most }
    if daily.count >= most { daily.removeFirst(daily.count - most + 1) }
    daily.append(DailyScore(day: day, score: Int32(score.tenThousandths)))
  }

  /// Points a day, least squares; nil with fewer than two days.
  var slope: Double? {
    guard daily.count >= 2 else { return nil }
    let n = Double(daily.count)
    let x0 = daily[0].day
    var (x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0)
    for point in daily {
      let (dx, dy) = (Double(point.day - x0), Double(point.score) / 10_000)
      x += dx
      y += dy
      xx += dx * dx
      xy += dx * dy
    }
    return (n * xy - x * y) / (n * xx - x * x)
  }
}
