import RealModule
package import ThermoclineCore
package import ThermoclineWindows

/// Looks at an account as a whole at midnight: its days with an event, its score, its contract.
package struct AccountJudge: Sendable {
  let plan: AccountPlan

  package init(_ plan: PolicyPlan) { self.plan = plan.account }

  /// What the rules find at a midnight whose final score is in the sheet; takes the account's memory on.
  package func note(
    _ reading: borrowing WindowReading, _ sheet: borrowing ScoreSheet, contractEnd: EventTime?,
    _ memory: inout AccountMemory, in day: inout AccountDay
  ) {
    let today = Int32(reading.at.milliseconds / TimeSpan.days(1).milliseconds)
    let before = memory.marks
    let isNew = memory.advance(
      to: today, isActive: reading.at - reading.lastEvent <= .days(1), points: sheet.points)
    let quadrant = sheet.quadrant.map { UInt8($0.place) } ?? noPlace
    if isNew {
      if let rule = plan.bands { memory.band.step(sheet.band, settled: Int(rule.settled.days)) }
      if let rule = plan.quadrants {
        memory.quadrant.step(quadrant, settled: Int(rule.settled.days))
      }
    }
    var row = AccountDay.Row()
    row.active = memory.active
    row.silentDays = UInt8(min(memory.active.trailingZeroBitCount, 63))
    row.knownDays = UInt8(min(memory.days, 63))
    row.points = sheet.points
    row.band = memory.band
    row.quadrant = memory.quadrant
    if sheet.band != noPlace, memory.band.usual != noPlace {
      row[.bandChange] = sheet.band < memory.band.usual ? .evidence : .clear
    }
    if quadrant != noPlace, memory.quadrant.usual != noPlace {
      row[.quadrantChange] =
        Self.isWorse(quadrant, than: memory.quadrant.usual) ? .evidence : .clear
    }
    if let rule = plan.decline { decline(rule, before, &row) }
    if let rule = plan.renewal { renewal(rule, reading.at, contractEnd, before, &row) }
    if plan.failures >= 0, sheet.band != noPlace {
      row.failures = Int32(clamping: reading.values[plan.failures])
      row[.payment] = sheet.band == plan.highest && row.failures > 0 ? .evidence : .clear
    }
    day.rows.append(row)
  }

  private func decline(
    _ rule: SlowDeclineRule, _ marks: InlineArray<8, Int32>, _ row: inout AccountDay.Row
  ) {
    row.declineBefore = marks[rule.weeks - 1]
    var (falls, largest) = (0, Int32(0))
    var earlier = row.declineBefore
    for week in stride(from: rule.weeks - 2, through: -1, by: -1) {
      let later = week >= 0 ? marks[week] : row.points
      guard earlier != noPoints, later != noPoints else { return }
      if later < earlier { falls += 1 }
      largest = max(largest, earlier - later)
      earlier = later
    }
    let lost = row.declineBefore - row.points
    let least = Int32(rule.pointsMin * 10_000)
    if lost < least / 2 {
      row[.slowDecline] = .clear
    } else if lost >= least, 4 * falls >= 3 * rule.weeks, largest <= lost / 2 {
      row[.slowDecline] = .evidence
    }
  }

  private func renewal(
    _ rule: RenewalRule, _ at: EventTime, _ end: EventTime?, _ marks: InlineArray<8, Int32>,
    _ row: inout AccountDay.Row
  ) {
    // A score goes up and down by itself: what it was is the worst of four weeks, what it is now the better of
    // today and the last Sunday.
    let earlier = min(min(marks[3], marks[4]), min(marks[5], marks[6]))
    row.monthBefore = earlier
    guard let end, end > at, end - at <= plan.renewalNear else {
      row[.renewal] = .clear
      return
    }
    guard row.points != noPoints, earlier != noPoints else { return }
    let least = Int32(rule.pointsMin * 10_000)
    if earlier - row.points < least / 2 {
      row[.renewal] = .clear
    } else if marks[0] != noPoints, earlier - max(row.points, marks[0]) >= least {
      row[.renewal] = .evidence
    }
  }

  /// Whether a quadrant lost a high side that another has, commitment weighing more.
  static func isWorse(_ now: UInt8, than usual: UInt8) -> Bool {
    let (a, b) = (Quadrant.allCases[Int(now)], Quadrant.allCases[Int(usual)])
    let commitment = (a: a == .redCarpet || a == .convert, b: b == .redCarpet || b == .convert)
    let temperature = (a: a == .redCarpet || a == .costly, b: b == .redCarpet || b == .costly)
    if commitment.a != commitment.b { return commitment.b }
    return temperature.b && !temperature.a
  }

  /// 1 − confidence that the silence at the end of the days is chance, 1 where there is too little to say.
  ///
  /// Each silent day has the chance of the same weekdays before, (silent + ½) ÷ (known + 1); the product is of
  /// so many days ÷ `runLength` independent ones. `lost`: bit k = events were lost on the day that ended k days
  /// ago, of which nothing follows.
  static func chance(
    active: UInt64, silentDays: Int, knownDays: Int, lost: UInt64, runLength: Double
  ) -> Double {
    var sum = 0.0
    for k in 0..<min(silentDays, 14) where lost >> UInt64(k) & 1 == 0 {
      var (known, silent) = (0.0, 0.0)
      for before in stride(from: k + 7, to: knownDays, by: 7)
      where before >= silentDays && lost >> UInt64(before) & 1 == 0 {
        known += 1
        if active >> UInt64(before) & 1 == 0 { silent += 1 }
      }
      sum += Double.log((silent + 0.5) / (known + 1))
    }
    return Double.exp(sum / runLength)
  }

  /// What the stop rule finds, once it is known on which days events were lost.
  func stop(_ rule: SuddenStopRule, _ row: AccountDay.Row, lost: UInt64)
    -> (finding: AlertLifeCycle.Finding, confidence: Double?)
  {
    let (silent, known) = (Int(row.silentDays), Int(row.knownDays))
    if silent == 0 { return (.clear, nil) }
    guard row.active != 0, silent >= rule.daysMin, known - silent >= 7 * rule.weeksMin else {
      return (.neither, nil)
    }
    let p = Self.chance(
      active: row.active, silentDays: silent, knownDays: known, lost: lost,
      runLength: rule.runLength)
    // Each gap between days with an event is one look.
    let looksPerWeek = max(1, 7 * Double(row.active.nonzeroBitCount) / Double(known - silent))
    return (p < plan.rate / looksPerWeek ? .evidence : .neither, 1 - p)
  }
}
