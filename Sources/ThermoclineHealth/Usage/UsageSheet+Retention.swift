internal import ThermoclineCore
internal import ThermoclineWindows

/// Who is still there: a user or account counts as retained after h days when it had an event in the seven days that
/// begin h days after the day of its first event.
extension UsageSheet {
  /// Takes the day that ended over into what is known of the account.
  mutating func remember(
    _ account: UInt32, _ today: Int32, _ reading: borrowing WindowReading,
    _ users: borrowing EntityDays, _ table: inout UsageTable
  ) {
    let before = table.rows[account].day
    let passed = before == .min ? 1 : max(0, today - before)
    table.rows[account].day = today
    let outcomes = table.rows[account].outcomes << UInt64(min(63, passed))
    table.rows[account].outcomes = outcomes | (reading.values[plan.outcomesToday] > 0 ? 1 : 0)
    noteNewcomers(account, today, passed, users, &table)
    let first = Int32(reading.firstEvent.milliseconds / TimeSpan.days(1).milliseconds)
    for (i, horizon) in UsagePlan.horizons.enumerated() {
      if today - first == Int32(horizon + 7) {
        table.rows[account].decided |= 1 << UInt8(i)
        if reading.values[plan.activeWeek] > 0 { table.rows[account].retained |= 1 << UInt8(i) }
      }
      decide(i, account, today - Int32(horizon + 7), today, users, &table)
    }
  }

  private func noteNewcomers(
    _ account: UInt32, _ today: Int32, _ passed: Int32, _ users: borrowing EntityDays,
    _ table: inout UsageTable
  ) {
    let base = Int(account) * UsageTable.daysKept
    for day in (today - min(passed, Int32(UsageTable.daysKept)))..<today {
      table.newUsers[base + Int(day) % UsageTable.daysKept] = 0
    }
    table.beginWeeks(account, after: today - passed - 1, through: today - 1)
    let week = UsageTable.place(account, StartWeek.of(day: today - 1))
    for i in 0..<users.entities.count where users.entities[i].first == today - 1 {
      table.newUsers[base + Int(today - 1) % UsageTable.daysKept] += 1
      table.weeks[week] += 1
    }
  }

  /// The week of those who came on a day is over.
  private func decide(
    _ horizon: Int, _ account: UInt32, _ day: Int32, _ today: Int32,
    _ users: borrowing EntityDays, _ table: inout UsageTable
  ) {
    guard day >= 0 else { return }
    let base = Int(account) * UsageTable.daysKept
    let newcomers = table.newUsers[base + Int(day) % UsageTable.daysKept]
    guard newcomers > 0 else { return }
    var retained: UInt32 = 0
    // The newest day of each is its last item; items come oldest first.
    var at = users.items.count
    var seen: Set<UInt32> = []
    while at > 0, users.items[at - 1].day >= today - 7 {
      at -= 1
      let place = users.items[at].place
      if users.entities[place].first == day, seen.insert(place).inserted { retained += 1 }
    }
    let place = Int(account) * UsageTable.cohortsKept + 2 * horizon
    table.cohorts[place] += newcomers
    table.cohorts[place + 1] += min(retained, newcomers)
    let week = StartWeek.of(day: day)
    if week >= table.weeksFrom {
      table.weeks[UsageTable.place(account, week) + 1 + horizon] += min(retained, newcomers)
    }
  }

  /// Who came in each of the last weeks and what became of them, as far as all of them have had their time.
  func startWeeks(
    _ account: UInt32, at today: Int32, _ table: borrowing UsageTable
  ) -> [Int32: UsageTally.Cohort] {
    var cohorts: [Int32: UsageTally.Cohort] = [:]
    for week in StartWeek.published(at: today) where week >= table.weeksFrom {
      let place = UsageTable.place(account, week)
      let users = Int(table.weeks[place])
      guard users > 0 else { continue }
      var cohort = UsageTally.Cohort()
      cohort.users = users
      for (i, horizon) in UsagePlan.horizons.enumerated()
      where StartWeek.isDecided(week, after: horizon, at: today) {
        cohort.decided[i] = users
        cohort.retained[i] = Int(table.weeks[place + 1 + i])
      }
      cohorts[week] = cohort
    }
    return cohorts
  }

  func retention(_ account: UInt32, _ table: borrowing UsageTable) -> [AccountUsage.Retention] {
    UsagePlan.horizons.indices.map { i in
      let bit = UInt8(1) << UInt8(i)
      let row = table.rows[account]
      let place = Int(account) * UsageTable.cohortsKept + 2 * i
      return AccountUsage.Retention(
        days: UsagePlan.horizons[i],
        account: row.decided & bit == 0 ? nil : row.retained & bit != 0,
        users: Int(table.cohorts[place]), retained: Int(table.cohorts[place + 1]))
    }
  }
}
