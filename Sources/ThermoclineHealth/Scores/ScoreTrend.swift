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

  /// The last score in ten-thousandths of a point minus the last of the day `days` before its own; `noPoints` where
  /// that day had none.
  func change(since days: Int) -> Int32 {
    guard daily.count > 0 else { return noPoints }
    let last = daily[daily.count - 1]
    for i in 0..<daily.count where Int(daily[i].day) == Int(last.day) - days {
      return last.score - daily[i].score
    }
    return noPoints
  }

  /// Points a day over the last `most` scores, least squares; nil with fewer than two days, those more than four times
  /// `most` ago left out.
  func slope(_ most: Int) -> Double? {
    var start = max(0, daily.count - most)
    while start < daily.count,
      Int(daily[start].day) <= Int(daily[daily.count - 1].day) - 4 * most
    {
      start += 1
    }
    guard daily.count - start >= 2 else { return nil }
    let n = Double(daily.count - start)
    let x0 = daily[start].day
    var (x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0)
    for i in start..<daily.count {
      let (dx, dy) = (Double(daily[i].day - x0), Double(daily[i].score) / 10_000)
      x += dx
      y += dy
      xx += dx * dx
      xy += dx * dy
    }
    return (n * xy - x * y) / (n * xx - x * x)
  }
}
