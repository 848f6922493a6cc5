import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

/// Runs the drop rule, ground and life cycle and all, over a simulated population, day by day.
struct DropSimulation {
  let plan: PolicyPlan

  init(budget: Double, falseShare: Double = 0.1) {
    let points = ControlPoints([(0, 0), (1, 100)])
    plan = PolicyPlan(
      Policy(
        name: "simulation", version: 1, dimensions: [Dimension("all", weight: 1)],
        measures: [
          Measure(
            "events_7d", .count, window: .days(7), normalisation: .target(points), weight: 1,
            dimension: "all")
        ], bands: [Band("any", from: 0)],
        alerts: AlertPolicy(
          budget: budget, falseShare: falseShare, drops: [DropRule(measure: "events_7d")])))
  }

  /// Days (counted in midnights passed) at which an alert began to fire, for each account of
  /// `counts`, judged every midnight from `first` on. `watched` accounts are judged by what the
  /// others are like and do not themselves tell: one that falls among many that do not.
  func firings(_ counts: [[Int64]], from first: Int, watched: [[Int64]] = []) -> (
    all: [[Int]], watched: [[Int]]
  ) {
    let accounts = counts + watched
    let totals = accounts.map { days in days.reduce(into: [Int64(0)]) { $0.append($0.last! + $1) } }
    var judge = AlertJudge(plan)
    var table = AlertTable(plan)
    table.extend(to: accounts.count)
    var fired = [[Int]](repeating: [], count: accounts.count)
    for end in first...max(counts[0].count, watched.first?.count ?? 0) {
      var today = judge.begin(day(end))
      for (i, total) in totals.enumerated() {
        let values = plan.quantities.map { q in
          let to = end - Int(q.shift.days)
          return total[max(to, 0)] - total[max(to - Int(q.length.days), 0)]
        }
        let reading = WindowReading(
          at: day(end), values: values, lastEvent: day(end) - .hours(12), firstEvent: day(0),
          isFinal: true)
        judge.note(UInt32(i), reading, in: &today, &table)
      }
      judge.end(today)
      var evidence = judge.evidence()
      let place = evidence.place("")
      for row in counts.indices { judge.tell(row, of: today, segment: place, &evidence) }
      let context = AlertGround([evidence]).context(segment: "")
      for row in accounts.indices {
        judge.judge(row, of: today, context, &table) { change in
          if case .fire = change.step.action { fired[row].append(end) }
        }
      }
    }
    return (Array(fired[..<counts.count]), Array(fired[counts.count...]))
  }

  /// Share of accounts whose lasting fall to `remaining` is alerted within 7, 14 and 28 days, each one
  /// among `peers` stationary accounts of its size.
  func power(
    mean: Double, remaining: Double = 0.6, before: Int, accounts: Int, peers: Int, seed: UInt64
  ) -> (week: Double, fortnight: Double, month: Double) {
    var random = SimulatedCounts(seed: seed)
    let (fall, days) = (7 * before, 7 * before + 28)
    let ordinary = (0..<peers).map { _ in random.days(days, weeklyMean: mean, dispersion: 3) }
    let falling = (0..<accounts).map { _ in
      random.days(days, weeklyMean: mean, dispersion: 3, fallAt: fall, to: remaining)
    }
    let found = firings(ordinary, from: min(63, fall), watched: falling).watched.map { days in
      days.first { $0 > fall }.map { $0 - fall } ?? .max
    }
    func share(_ within: Int) -> Double {
      Double(found.count { $0 <= within }) / Double(accounts)
    }
    return (share(7), share(14), share(28))
  }
}

/// Stationary accounts of every size and dispersion.
struct DropPopulation {
  var counts: [[Int64]] = []
  var means: [Double] = []
  var dispersions: [Double] = []

  /// `accounts` for each mean and dispersion; one in ten has odd weeks in its first nine.
  init(accounts: Int, weeks: Int, means: [Double], dispersions: [Double], seed: UInt64) {
    var random = SimulatedCounts(seed: seed)
    for mean in means {
      for dispersion in dispersions {
        for n in 0..<accounts {
          var days = random.days(63 + 7 * weeks, weeklyMean: mean, dispersion: dispersion)
          if n % 10 == 0 {
            let (start, factor) = (7 * (n / 10 % 8), [0.2, 4, 0.5, 2][n / 10 % 4])
            for d in start..<(start + 7) { days[d] = Int64((Double(days[d]) * factor).rounded()) }
          }
          counts.append(days)
          self.means.append(mean)
          self.dispersions.append(dispersion)
        }
      }
    }
  }
}
