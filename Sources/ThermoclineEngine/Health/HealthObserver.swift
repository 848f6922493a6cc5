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
  var model: HealthModel
  /// Number of the policy's edition that was looked at last.
  private var edition: UInt32 = 0
  let partition: Int
  var reading: WindowReading
  // One row for each account.
  var rows = Slab<HealthRow>()
  var scores: ScoreTable
  var alerts: AlertTable
  var people: PeopleWatch
  var usage: UsageWatch
  var accounts: AccountTable
  var accountJudge: AccountJudge
  var profiles: ProfileRegister
  /// Renewed between ticks and between batches, so that one tick sees one state.
  var known: AccountSnapshot<AccountProfile>
  var overrides: OverrideRegister
  var knownOverrides: AccountSnapshot<ScoreOverride>
  var knownControls: AccountSnapshot<AlertControl>
  // Where scores and alerts are worked out.
  var sheet: ScoreSheet
  var judge: AlertJudge
  var encoder: ScoreEncoder
  var text = TextBuffer(capacity: 4_096)
  var name = TextBuffer()
  var peers = PeerView()
  /// Accounts read at the midnight tick under way.
  var today: WaitingDay?
  /// Days whose accounts wait for the other partitions' part.
  var waiting: [WaitingDay] = []
  package internal(set) var saidDay = EventTime.distantPast
  /// Where the earlier run had come to with that; nil = what it had taken, it had said.
  private var saidDayBefore: EventTime?
  /// The last one of which the other instances were told that it is said.
  private var announcedDay = EventTime.distantPast
  /// The commit interval of early readings, and who had one in it and has news again.
  var round: UInt32 = 0
  var deferred = Slab<UInt32>()

  package init(_ model: HealthModel, partition: Int) {
    self.model = model
    self.partition = partition
    known = model.profiles.snapshot
    knownOverrides = model.overrides.snapshot
    overrides = OverrideRegister(bands: model.plan.policy.bands.map(\.name))
    knownControls = model.controls.snapshot
    profiles = ProfileRegister(model.plan.variants)
    reading = WindowReading(
      at: .distantPast, values: Array(repeating: 0, count: model.windows.quantities.count),
      lastEvent: .distantPast, firstEvent: .distantPast, isFinal: false)
    scores = ScoreTable(model.plan)
    alerts = AlertTable(model.plan)
    people = PeopleWatch(model.plan)
    usage = UsageWatch(model.plan)
    accounts = AccountTable(model.plan)
    accountJudge = AccountJudge(model.plan)
    sheet = ScoreSheet(model.plan)
    judge = AlertJudge(model.plan)
    encoder = ScoreEncoder(model.plan)
    model.board.open(partition)
  }

  package var visitsEveryTick: Bool { false }

  package var hasDeferred: Bool { deferred.count > 0 }

  package internal(set) var census = HealthCensus()

  package mutating func setSaidDay(_ day: EventTime) {
    saidDayBefore = day
    saidDay = max(saidDay, day)
    noteCommitted(day)
  }

  package func noteCommitted(_ day: EventTime) { model.board.noteCommitted(day, of: partition) }

  /// Days whose accounts wait for other partitions, 0…`Limits.daysWaitingMax`.
  package var waitingDays: Int { waiting.count }

  /// Bytes held for the accounts besides their windows.
  package var bytes: Int {
    let days = waiting.reduce(today?.bytes ?? 0) { $0 + $1.bytes }
    return rows.bytes + scores.bytes + alerts.bytes + people.bytes + usage.bytes
      + accounts.bytes + profiles.facts.bytes + overrides.bytes + days
  }

  package mutating func beginTick(_ time: EventTime) {
    guard let next = model.policies.edition(after: edition), time >= next.from,
      time.floor(to: .days(1)) == time
    else { return }
    edition = next.number
    take(next.plan)
  }

  package mutating func evaluate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    remember(account)
    store.finalReading(account, into: &reading)
    let midnight = reading.at.floor(to: .days(1))
    let isMidnight = midnight == reading.at
    store.setTimer(account, at: midnight + .days(1))
    // Only open panes so far: nothing of it is final yet.
    guard reading.lastEvent > .distantPast else { return }
    if reading.at - reading.lastEvent > model.forgetAfter, store.isEmpty(account) {
      forget(account, &store, output)
      return
    }
    if !sheet.peerMeasures.isEmpty { peers.renew(for: reading.at, model.board, model.plan) }
    score(account, &store)
    let hasMoved = rows[account].changed.hasMoved(to: &sheet, min: model.changeMin)
    let saysNews = saysNews(rows[account])
    let isOverridden = isOverriddenAnew(account, &store)
    rows[account].isStale = saysNews && !hasMoved && !isMidnight && !isOverridden
    if hasMoved || isMidnight && saysNews || isOverridden {
      publish(account, &store, output)
      rows[account].knownEvent = reading.lastEvent
      rows[account].knownTrend = sheet.trend
      rows[account].knownWeekChange = sheet.weekChange
    }
    if hasMoved || isMidnight { sheet.commit(account, to: &scores) }
    if hasMoved {
      rows[account].changed = standing
      if !output.isSilent { output.repeatLast(on: .changes) }
    }
    if isMidnight {
      note(account, &store)
      if usage.isOn { noteUsage(account, &store, output) }
    }
    // An early score that knew more was just replaced: show it again.
    store.markDirtyIfOpen(account)
  }

  package mutating func endTick(
    _ time: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    defer { renewProfiles() }
    guard time.floor(to: .days(1)) == time else { return }
    let day = today ?? WaitingDay(judge.begin(time), DayTallies(model.plan))
    today = nil
    judge.end(day.day)
    let tallies = day.tallies!.named(&profiles)
    day.tallies = nil
    let summary = DaySummary(evidence: evidence(day, &store), tallies: tallies)
    model.board.tell(time, partition: partition, summary)
    if let exchange = model.exchange,
      !output.isSilent || !model.board.hasHeard(time, of: partition)
    {
      exchange.tell(time, partition: partition, policy: fingerprint, summary, output)
    }
    day.isSaid = saidDayBefore.map { time <= $0 } ?? output.isSilent
    if day.isSaid { saidDay = max(saidDay, time) }
    waiting.append(day)
    settle(&store, output)
  }

  /// What waits for the other partitions has a maximum: this one is held up until they have told more days.
  ///
  /// Whoever judges against peers needs how all did a day before, so no partition gets further ahead than that.
  package mutating func mayPass(
    _ midnight: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) -> Bool {
    if !sheet.peerMeasures.isEmpty {
      let day = PeerView.day(of: midnight)
      // Before its first event there was nothing to tell.
      if model.board.pass(day, partition: partition) { announce(day, output) }
      guard model.board.isComplete(day) else { return false }
    }
    if let next = model.policies.edition(after: edition), midnight >= next.from {
      // What is said of the days before names the policy they were counted under.
      settle(&store, output)
      guard waiting.isEmpty else { return false }
    }
    if waiting.count >= Limits.daysWaitingMax { settle(&store, output) }
    return waiting.count < Limits.daysWaitingMax
  }

  package mutating func endInput() { model.board.setIdle(partition) }

  package mutating func beginEarly(_ store: inout WindowStore, _ output: OutputBatch) {
    renewProfiles()
    guard output.round != round else { return }
    round = output.round
    for i in 0..<deferred.count {
      rows[deferred[i]].isDeferred = false
      if store.isKnown(deferred[i]) { store.markDirtyIfOpen(deferred[i]) }
    }
    deferred.removeAll()
  }

  package mutating func endTicks(
    _ watermark: EventTime, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    // A midnight at which no account of ours was due: the others must not wait for a word about it.
    let midnight = watermark.floor(to: .days(1))
    let isNews = model.board.pass(midnight, partition: partition)
    if isNews { settle(&store, output) }
    if waiting.isEmpty { saidDay = max(saidDay, midnight) }
    if isNews { announce(midnight, output) } else { announceSaid(output) }
  }

  /// Tells the other instances that there is nothing to tell of the days up to this one beyond what was told, and what is said.
  private mutating func announce(_ day: EventTime, _ output: OutputBatch) {
    announcedDay = saidDay
    guard let exchange = model.exchange,
      !output.isSilent || !model.board.hasHeardPast(day, said: saidDay, of: partition)
    else { return }
    exchange.pass(day, said: saidDay, partition: partition, output)
  }

  /// The same where days were judged. Of what an earlier run said, only when this one has come there: it may have days to tell
  /// before.
  mutating func announceSaid(_ output: OutputBatch) {
    guard saidDay > announcedDay, model.board.hasTold(saidDay, partition: partition) else { return }
    announce(saidDay, output)
  }

  package mutating func anticipate(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    // Without either, its last final score knows all there is.
    let hasOpenPanes = store.hasOpenPanes(account)
    guard hasOpenPanes || store.isCorrected(account) else { return }
    remember(account)
    if round > 0, rows[account].round == round, hasOpenPanes { return putOff(account) }
    rows[account].round = round
    earlyScore(account, &store)
    if rows[account].shown.hasMoved(to: &sheet, min: model.changeMin)
      || isOverriddenAnew(account, &store)
    {
      publish(account, &store, output)
    }
  }

  package mutating func drain(_ store: inout WindowStore, _ output: OutputBatch) {
    renewProfiles()
    settle(&store, output)
    // An account may be so new that nobody has looked at it yet.
    while let account = store.popDirty() { remember(account) }
    for account in 0..<UInt32(rows.count) where store.isKnown(account) {
      if store.hasOpenPanes(account) || store.isCorrected(account) {
        earlyScore(account, &store)
        publish(account, &store, output)
      } else if rows[account].isStale {
        store.finalReading(account, into: &reading)
        score(account, &store)
        publish(account, &store, output)
      }
    }
  }
}
