import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// What every partition of a job shares: the policy, the profiles, the board.
package struct HealthModel: Sendable {
  package let scores: ScoreEvaluator
  package let alerts: AlertEvaluator
  package let windows: WindowPlan
  package let profiles: [String: AccountProfile]
  package let board: SegmentBoard

  package init(_ plan: PolicyPlan, profiles: [String: AccountProfile]) throws(WindowPlanError) {
    windows = try WindowPlan(plan.quantities)
    scores = ScoreEvaluator(plan)
    alerts = AlertEvaluator(plan)
    self.profiles = profiles
    board = SegmentBoard()
  }
}

/// Makes scores and alerts of the windows of one partition.
package struct HealthObserver: TickObserver, ~Copyable {
  private let model: HealthModel
  private let partition: Int
  private var reading: WindowReading
  private var memories: [AccountMemory] = []
  /// Accounts read at the midnight tick under way.
  private var today: [DayReading] = []
  private var ratios: [(segment: String, rule: Int, ratio: Double)] = []
  /// Days whose readings wait for the other partitions' part.
  private var waiting: [(day: EventTime, readings: [DayReading])] = []

  /// Accounts silent for this long are forgotten: their windows are empty and their story is told.
  package static let forgetAfter = TimeSpan.days(180)
  /// A final score is a change worth its line in the history from this difference on.
  package static let changeMin = Points(0.5)

  private struct AccountMemory {
    var scores = ScoreMemory()
    var alerts = AlertMemory()
    /// Newest event that the last published final score knew.
    var publishedUntil = EventTime.distantPast
    var published: HealthScore?
    /// The score of the last published change.
    var changed: (points: Points?, band: String?, quadrant: Quadrant?)?
  }
  private struct DayReading {
    var account: UInt32
    var name: String
    var reading: WindowReading
    var score: HealthScore
  }

  package init(_ model: HealthModel, partition: Int) {
    self.model = model
    self.partition = partition
    reading = WindowReading(
      at: .distantPast, values: Array(repeating: 0, count: model.windows.quantities.count),
      lastEvent: .distantPast, firstEvent: .distantPast, isFinal: false)
    model.board.open(partition)
  }

  package var visitsEveryTick: Bool { false }

  package mutating func evaluate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    while memories.count <= Int(account) { memories.append(AccountMemory()) }
    store.finalReading(account, into: &reading)
    guard reading.lastEvent > .distantPast else { return }
    let name = store.name(of: account)
    if reading.at - reading.lastEvent > Self.forgetAfter, store.isEmpty(account) {
      forget(account, name, &store, output)
      return
    }
    let profile = model.profiles[name] ?? AccountProfile()
    let score = model.scores.score(
      account: name, reading: reading, profile: profile,
      memory: memories[Int(account)].scores)
    publish(score, account, output)
    memories[Int(account)].scores = model.scores.commit(score, to: memories[Int(account)].scores)
    store.markDirtyIfOpen(account)
    if model.alerts.isEvaluated(reading) { note(account, name, profile, score) }
    store.setTimer(account, at: reading.at.floor(to: .days(1)) + .days(1))
  }

  package mutating func endTick(
    _ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    guard time.floor(to: .days(1)) == time else { return }
    model.board.tell(time, partition: partition, ratios: ratios)
    waiting.append((time, today))
    ratios = []
    today = []
    judge(output)
  }

  package mutating func anticipate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    while memories.count <= Int(account) { memories.append(AccountMemory()) }
    store.earlyReading(account, into: &reading)
    let name = store.name(of: account)
    let score = model.scores.score(
      account: name, reading: reading, profile: model.profiles[name] ?? AccountProfile(),
      memory: memories[Int(account)].scores)
    output.counts.scores += 1
    output.add(.scores, key: name, at: score.at) { HealthScoreEncoder.write(score, to: &$0) }
  }

  package mutating func settle(_ output: OutputBatch) { judge(output) }

  package mutating func finish(_ store: inout WindowStore, _ output: OutputBatch) {
    model.board.close(partition)
    judge(output)
  }

  /// A final score goes out when it says something new, or replaces early ones of the panes that closed.
  private mutating func publish(_ score: HealthScore, _ account: UInt32, _ output: OutputBatch) {
    let index = Int(account)
    var before = memories[index].published
    before?.at = score.at
    guard before != score || memories[index].publishedUntil != reading.lastEvent else { return }
    memories[index].published = score
    memories[index].publishedUntil = reading.lastEvent
    output.counts.scores += 1
    output.add(.scores, key: score.account, at: score.at) { HealthScoreEncoder.write(score, to: &$0) }
    guard isChange(score, memories[index].changed) else { return }
    memories[index].changed = (score.score, score.band, score.quadrant)
    output.add(.changes, key: score.account, at: score.at) { HealthScoreEncoder.write(score, to: &$0) }
  }

  private func isChange(
    _ score: HealthScore, _ before: (points: Points?, band: String?, quadrant: Quadrant?)?
  ) -> Bool {
    guard let before, before.band == score.band, before.quadrant == score.quadrant else { return true }
    guard let points = score.score, let previous = before.points else {
      return score.score != before.points
    }
    return max(points - previous, previous - points) >= Self.changeMin
  }

  private mutating func note(
    _ account: UInt32, _ name: String, _ profile: AccountProfile, _ score: HealthScore
  ) {
    today.append(DayReading(account: account, name: name, reading: reading, score: score))
    for rule in model.alerts.plan.drops.indices {
      guard let drop = model.alerts.ratio(reading, rule: rule) else { continue }
      ratios.append((profile.industry, rule, drop.ratio))
    }
  }

  /// Judges the days that every partition has told, in order; accounts by name.
  private mutating func judge(_ output: OutputBatch) {
    while let (day, readings) = waiting.first, model.board.isComplete(day) {
      waiting.removeFirst()
      for entry in readings.sorted(by: { $0.name < $1.name }) {
        let profile = model.profiles[entry.name] ?? AccountProfile()
        let context = model.board.context(
          day, segment: profile.industry, rules: model.alerts.plan.drops.count)
        let alerts = model.alerts.evaluate(
          account: entry.name, reading: entry.reading, profile: profile, score: entry.score,
          context: context, memory: &memories[Int(entry.account)].alerts)
        for alert in alerts {
          output.counts.alerts += 1
          output.add(.alerts, key: alert.account, at: alert.at) {
            HealthAlertEncoder.write(alert, to: &$0)
          }
        }
      }
    }
  }

  /// A tombstone ends the account's score; should it come back it is a new account.
  private mutating func forget(
    _ account: UInt32, _ name: String, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    store.forget(account)
    memories[Int(account)] = AccountMemory()
    output.add(.scores, key: name, at: reading.at) { _ in }
  }
}
