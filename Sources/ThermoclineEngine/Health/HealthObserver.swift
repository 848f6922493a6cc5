import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// Makes scores and alerts of the windows of one partition.
///
/// What is published, and when, is a function of the events alone, save for early scores:
/// - at midnight UTC every account's final score, unless it would say nothing new;
/// - at the ticks between, a final score that *moved*: another band or quadrant, or `changeMin` points away from
///   the last one in the history; these, and midnight's that moved, are the history (`changes`);
/// - between ticks, early scores that moved from what was last shown;
/// - when the job drains, the scores of all accounts that know more than was published.
package struct HealthObserver: TickObserver, ~Copyable {
  private let model: HealthModel
  private let partition: Int
  /// Renewed between ticks and between batches, so that one tick sees one state.
  private var profiles: ProfileSnapshot
  private var reading: WindowReading
  private var memories: [AccountMemory] = []
  /// Accounts read at the midnight tick under way.
  private var today: [DayReading] = []
  private var ratios: [(segment: String, rule: Int, ratio: Double)] = []
  /// Days whose readings wait for the other partitions' part.
  /// `position` of the input that ended the day; nil = an earlier run has judged and published it.
  private var waiting: [(day: EventTime, readings: [DayReading], position: Int64?)] = []

  /// Accounts silent for this long are forgotten: their windows are empty and their story is told.
  package static let forgetAfter = TimeSpan.days(400)

  private struct AccountMemory {
    var scores = ScoreMemory()
    var alerts = AlertMemory()
    /// The last score in the history, and the last one shown at all.
    var changed: Standing?
    var shown: Standing?
    /// The last final score was not published.
    var isStale = false
    /// What the last published final score knew of: its newest event and its trend.
    var knownEvent = EventTime.distantPast
    var knownTrend: Double?
  }
  /// What makes two scores the same to a reader.
  private struct Standing: Equatable {
    var points: Points?
    var band: String?
    var quadrant: Quadrant?

    init(_ score: HealthScore) {
      points = score.score
      band = score.band
      quadrant = score.quadrant
    }
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
    profiles = model.profiles.snapshot
    reading = WindowReading(
      at: .distantPast, values: Array(repeating: 0, count: model.windows.quantities.count),
      lastEvent: .distantPast, firstEvent: .distantPast, isFinal: false)
    model.board.open(partition)
  }

  package var visitsEveryTick: Bool { false }

  package var unsaidPosition: Int64? { waiting.lazy.compactMap(\.position).first }

  package mutating func evaluate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    remember(account)
    store.finalReading(account, into: &reading)
    let isMidnight = reading.at.floor(to: .days(1)) == reading.at
    store.setTimer(account, at: reading.at.floor(to: .days(1)) + .days(1))
    // Only open panes so far: nothing of it is final yet.
    guard reading.lastEvent > .distantPast else { return }
    if reading.at - reading.lastEvent > Self.forgetAfter, store.isEmpty(account) {
      forget(account, &store, output)
      return
    }
    let index = Int(account)
    let name = store.name(of: account)
    let profile = profiles[name]
    let score = model.scores.score(
      account: name, reading: reading, profile: profile, memory: memories[index].scores)
    let hasMoved = hasMoved(score, from: memories[index].changed)
    let saysNews = saysNews(score, memories[index])
    memories[index].isStale = saysNews && !hasMoved && !isMidnight
    if hasMoved || isMidnight && saysNews {
      publish(score, account, output)
      memories[index].knownEvent = reading.lastEvent
      memories[index].knownTrend = score.trend
    }
    if hasMoved || isMidnight {
      memories[index].scores = model.scores.commit(score, to: memories[index].scores)
    }
    if hasMoved {
      memories[index].changed = Standing(score)
      output.repeatLast(on: .changes)
    }
    if isMidnight { note(account, name, profile, score) }
    // An early score that knew more was just replaced: show it again.
    store.markDirtyIfOpen(account)
  }

  package mutating func endTick(
    _ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    defer { model.profiles.renew(&profiles) }
    guard time.floor(to: .days(1)) == time else { return }
    model.board.tell(time, partition: partition, ratios: ratios)
    waiting.append((time, today, output.isSilent ? nil : output.inputPosition))
    ratios = []
    today = []
    judge(output)
  }

  package mutating func anticipate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    // Without either, its last final score knows all there is.
    guard store.hasOpenPanes(account) || store.isCorrected(account) else { return }
    remember(account)
    let score = earlyScore(account, &store)
    if hasMoved(score, from: memories[Int(account)].shown) { publish(score, account, output) }
  }

  package mutating func settle(_ output: OutputBatch) {
    model.profiles.renew(&profiles)
    judge(output)
  }

  package mutating func drain(_ store: inout WindowStore, _ output: OutputBatch) {
    model.profiles.renew(&profiles)
    judge(output)
    // An account may be so new that nobody has looked at it yet.
    while let account = store.popDirty() { remember(account) }
    for account in 0..<UInt32(memories.count) where store.isKnown(account) {
      if store.hasOpenPanes(account) || store.isCorrected(account) {
        publish(earlyScore(account, &store), account, output)
      } else if memories[Int(account)].isStale {
        store.finalReading(account, into: &reading)
        publish(score(account, &store), account, output)
      }
    }
  }

  private mutating func remember(_ account: UInt32) {
    while memories.count <= Int(account) { memories.append(AccountMemory()) }
  }

  private mutating func earlyScore(_ account: UInt32, _ store: inout WindowStore) -> HealthScore {
    store.earlyReading(account, into: &reading)
    return score(account, &store)
  }

  private func score(_ account: UInt32, _ store: inout WindowStore) -> HealthScore {
    let name = store.name(of: account)
    return model.scores.score(
      account: name, reading: reading, profile: profiles[name],
      memory: memories[Int(account)].scores)
  }

  private mutating func publish(_ score: HealthScore, _ account: UInt32, _ output: OutputBatch) {
    memories[Int(account)].shown = Standing(score)
    output.counts.scores += 1
    output.add(.scores, key: score.account, at: score.at) {
      HealthScoreEncoder.encode(score, into: &$0)
    }
  }

  private func hasMoved(_ score: HealthScore, from before: Standing?) -> Bool {
    guard let before, before.band == score.band, before.quadrant == score.quadrant else {
      return true
    }
    guard let points = score.score, let previous = before.points else {
      return score.score != before.points
    }
    let distance = max(points - previous, previous - points)
    return distance >= model.changeMin && distance > .zero || model.changeMin == .zero
  }

  /// Whether a final score differs from the last published one in anything but its time.
  private func saysNews(_ score: HealthScore, _ memory: AccountMemory) -> Bool {
    reading.lastEvent != memory.knownEvent || score.trend != memory.knownTrend
      || score.band != memory.shown?.band || score.measures.contains { $0.change != .zero }
  }

  private mutating func note(
    _ account: UInt32, _ name: String, _ profile: AccountProfile, _ score: HealthScore
  ) {
    today.append(DayReading(account: account, name: name, reading: reading, score: score))
    for rule in 0..<model.dropRulesCount {
      guard let drop = model.alerts.ratio(reading, rule: rule) else { continue }
      ratios.append((profile.industry, rule, drop.ratio))
    }
  }

  /// Judges the days that every partition has told, in order; accounts by name.
  private mutating func judge(_ output: OutputBatch) {
    while let (day, readings, position) = waiting.first, model.board.isComplete(day) {
      waiting.removeFirst()
      let output = position == nil ? OutputBatch(isSilent: true) : output
      for entry in readings.sorted(by: { $0.name < $1.name }) {
        let profile = profiles[entry.name]
        let context = model.board.context(
          day, segment: profile.industry, rules: model.dropRulesCount)
        let alerts = model.alerts.evaluate(
          account: entry.name, reading: entry.reading, profile: profile, score: entry.score,
          context: context, memory: &memories[Int(entry.account)].alerts)
        for alert in alerts {
          output.counts.alerts += 1
          output.add(.alerts, key: alert.account, at: alert.at) {
            HealthAlertEncoder.encode(alert, into: &$0)
          }
        }
      }
    }
  }

  /// A tombstone ends the account's score; should it come back it is a new account.
  private mutating func forget(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let name = store.name(of: account)
    store.forget(account)
    memories[Int(account)] = AccountMemory()
    output.addTombstone(.scores, key: name, at: reading.at)
  }
}
