internal import ThermoclineCore

/// The daily scores a trend is fitted to, oldest first.
struct ScoreTrend: ~Copyable {
  private(set) var daily = Slab<DailyScore>(capacity: PolicyLimits.trendScoresMax + 1)

  mutating func clear() { daily.removeAll() }

  mutating func append(_ score: DailyScore) { daily.append(score) }

  /// Keeps the score as its day's, in place of an earlier one of the same day; days more than four
  /// times `most` ago are forgotten, and of the others the oldest, so that `most` remain.
  mutating func remember(_ score: Points, at time: EventTime, most: Int) {
    let day = Int32(time.floor(to: .days(1)).milliseconds / 86_400_000)
    var kept = 0
    for i in 0..<daily.count
    where daily[i].day < day && Int(daily[i].day) > Int(day) - 4 * most {
      daily[kept] = daily[i]
      kept += 1
    }
    daily.truncate(to: kept)
    if kept >= most {
      let extra = kept - most + 1
      for i in extra..<kept { daily[i - extra] = daily[i] }
      daily.truncate(to: kept - extra)
    }
    daily.append(DailyScore(day: day, score: Int32(score.tenThousandths)))
  }

  /// Points a day, least squares; nil with fewer than two days.
  var slope: Double? {
    guard daily.count >= 2 else { return nil }
    let n = Double(daily.count)
    let x0 = daily[0].day
    var (x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<daily.count {
      let (dx, dy) = (Double(daily[i].day - x0), Double(daily[i].score) / 10_000)
      x += dx
      y += dy
      xx += dx * dx
      xy += dx * dy
    }
    return (n * xy - x * y) / (n * xx - x * x)
  }
}
