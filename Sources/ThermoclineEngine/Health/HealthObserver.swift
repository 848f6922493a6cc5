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
  private var model: HealthModel
  /// Number of the policy's edition that was looked at last.
  private var edition: UInt32 = 0
  private let partition: Int
  private var reading: WindowReading
  // One row for each account.
  private var rows = Slab<HealthRow>()
  private var scores: ScoreTable
  private var alerts: AlertTable
  private var people: PeopleWatch
  private var usage: UsageWatch
  private var accounts: AccountTable
  private var accountJudge: AccountJudge
  private var profiles: ProfileRegister
  /// Renewed between ticks and between batches, so that one tick sees one state.
  private var known: AccountSnapshot<AccountProfile>
  private var overrides: OverrideRegister
  private var knownOverrides: AccountSnapshot<ScoreOverride>
  private var knownControls: AccountSnapshot<AlertControl>
  // Where scores and alerts are worked out.
  private var sheet: ScoreSheet
  private var judge: AlertJudge
  private var encoder: ScoreEncoder
  private var text = TextBuffer(capacity: 4_096)
  private var name = TextBuffer()
  private var peers = PeerView()
  /// Accounts read at the midnight tick under way.
  private var today: WaitingDay?
  /// Days whose accounts wait for the other partitions' part.
  private var waiting: [WaitingDay] = []
  package private(set) var saidDay = EventTime.distantPast
  /// Where the earlier run had come to with that; nil = what it had taken, it had said.
  private var saidDayBefore: EventTime?
  /// The commit interval of early readings, and who had one in it and has news again.
  private var round: UInt32 = 0
  private var deferred = Slab<UInt32>()

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

  package private(set) var census = HealthCensus()

  package mutating func setSaidDay(_ day: EventTime) {
    saidDayBefore = day
    saidDay = max(saidDay, day)
  }

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
      pass(day, output)
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
    if pass(midnight, output) { settle(&store, output) }
    if waiting.isEmpty { saidDay = max(saidDay, midnight) }
  }

  /// Tells the others that there is nothing to tell of the days up to this one; true when that was news.
  @discardableResult private func pass(_ day: EventTime, _ output: OutputBatch) -> Bool {
    guard model.board.pass(day, partition: partition) else { return false }
    if let exchange = model.exchange,
      !output.isSilent || !model.board.hasHeardPast(day, of: partition)
    {
      exchange.pass(day, partition: partition, output)
    }
    return true
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

  /// Judges by another policy from here on. Bands and sides are kept, so that hysteresis goes on; changes, trends and what
  /// was published do not reach back to what another policy said.
  private mutating func take(_ plan: PolicyPlan) {
    scores.carry(from: model.plan, to: plan)
    model.take(plan)
    sheet = ScoreSheet(plan)
    judge = AlertJudge(plan)
    accountJudge = AccountJudge(plan)
    accounts.forgetScores()
    encoder = ScoreEncoder(plan)
    usage.take(plan)
    forgetProfiles()
    // Its bands may be others.
    forgetOverrides()
    for account in 0..<rows.count {
      rows[account].knownEvent = .distantPast
      rows[account].changed = Standing.none
    }
  }

  /// Takes changes of profiles over: every account is looked up anew when it is read next.
  private mutating func renewProfiles() {
    if model.profiles.renew(&known) { forgetProfiles() }
    if model.overrides.renew(&knownOverrides) { forgetOverrides() }
  }

  private mutating func forgetOverrides() {
    overrides = OverrideRegister(bands: model.plan.policy.bands.map(\.name))
    for account in 0..<rows.count { rows[account].override = HealthRow.unknown }
  }

  private mutating func forgetProfiles() {
    profiles = ProfileRegister(model.plan.variants)
    peers.forgetWords()
    for account in 0..<rows.count { rows[account].profile = HealthRow.unknown }
  }

  private mutating func remember(_ account: UInt32) {
    let count = Int(account) + 1
    guard rows.count < count else { return }
    rows.append(repeating: HealthRow(), count: count - rows.count)
    scores.extend(to: count)
    alerts.extend(to: count)
    people.extend(to: count)
    usage.extend(to: count)
    if isAccountOn { accounts.extend(to: count) }
  }

  /// An account has its early reading of the commit interval: it is read again in the next one.
  private mutating func putOff(_ account: UInt32) {
    guard !rows[account].isDeferred else { return }
    rows[account].isDeferred = true
    deferred.append(account)
  }

  private mutating func earlyScore(_ account: UInt32, _ store: inout WindowStore) {
    store.earlyReading(account, into: &reading)
    score(account, &store)
  }

  private mutating func score(_ account: UInt32, _ store: inout WindowStore) {
    let facts = profiles.facts[profile(of: account, &store)]
    if !sheet.peerMeasures.isEmpty {
      let yardsticks = peers.yardsticks(words(facts), &profiles, model.plan)
      sheet.use(yardsticks)
    }
    var variant = 0
    if sheet.hasVariants {
      let stage = model.plan.policy.stages.stage(
        start: facts.contractStart, end: facts.contractEnd, firstEvent: reading.firstEvent,
        at: reading.at)
      variant = sheet.variant(facts.places, stage: stage)
    }
    sheet.evaluate(reading, seats: facts.seats, variant: variant, account: account, &scores)
  }

  /// Row of the account's profile in the register, which is looked up once.
  private mutating func profile(of account: UInt32, _ store: inout WindowStore) -> UInt32 {
    if rows[account].profile == HealthRow.unknown {
      let profile = known.count == 0 ? nil : known.profile(of: store.name(of: account))
      rows[account].profile = profile.map { profiles.add($0) } ?? 0
    }
    return rows[account].profile
  }

  /// Row of what a person says of the account's score as it is in the sheet; 0 = nothing.
  private mutating func override(of account: UInt32, _ store: inout WindowStore) -> UInt32 {
    if knownOverrides.count == 0 { return 0 }
    if rows[account].override == HealthRow.unknown {
      if let said = knownOverrides.value(of: store.name(of: account)) {
        rows[account].override = overrides.add(said)
      } else {
        rows[account].override = 0
      }
    }
    return overrides.row(rows[account].override, at: sheet.at)
  }

  /// Whether the score in the sheet shows something else of it than what was published.
  private mutating func isOverriddenAnew(_ account: UInt32, _ store: inout WindowStore) -> Bool {
    let row = override(of: account, &store)
    return overrides.mark(row) != rows[account].shownOverride
  }

  private mutating func publish(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let said = override(of: account, &store)
    census.move(rows[account].shown, to: standing)
    rows[account].shown = standing
    rows[account].shownOverride = overrides.mark(said)
    output.counts.scores += 1
    if output.isSilent { return }
    name.clear()
    store.appendName(of: account, to: &name)
    text.clear()
    encoder.encode(
      &sheet, account: name, profile: rows[account].profile, &profiles,
      override: said, overrides, into: &text)
    output.add(.scores, key: name, at: sheet.at, value: text)
  }

  private var standing: Standing {
    Standing(points: sheet.points, band: sheet.band, quadrant: sheet.quadrant, exists: true)
  }

  /// Whether a final score differs from the last published one in anything but its time.
  private func saysNews(_ row: HealthRow) -> Bool {
    reading.lastEvent != row.knownEvent || sheet.trend != row.knownTrend
      || sheet.weekChange != row.knownWeekChange || sheet.band != row.shown.band
      || sheet.hasMovedMeasure
  }

  /// The full segment of an account, as of the reading.
  private func words(_ facts: ProfileFacts) -> SegmentWords {
    SegmentWords(
      facts, model.plan.policy.stages, firstEvent: reading.firstEvent, at: reading.at)
  }

  private mutating func note(_ account: UInt32, _ store: inout WindowStore) {
    let today = self.today ?? WaitingDay(judge.begin(reading.at), DayTallies(model.plan))
    self.today = today
    let facts = profiles.facts[profile(of: account, &store)]
    let parent = facts.parent >= 0 ? profiles.texts[Int(facts.parent)] : nil
    let said = overrides.band(override(of: account, &store))
    today.tallies!.add(words(facts), parent: parent, facts, &sheet, said: said)
    if known.hasParents {
      let name = store.name(of: account)
      if known.isParent(name) { today.tallies!.note(parent: name, sheet.points) }
    }
    judge.note(account, generation: rows[account].generation, reading, in: &today.day, &alerts)
    if isAccountOn {
      accountJudge.note(
        reading, sheet, contractEnd: facts.contractEnd, &accounts.memories[account],
        in: &today.account)
    }
    guard people.isOn else { return }
    let profile = profile(of: account, &store)
    people.note(
      account, reading, contacts: profiles.contacts[Int(profile)],
      seats: profiles.facts[profile].seats, &store, in: &today.people)
  }

  /// Whether the policy has a rule about accounts as a whole.
  private var isAccountOn: Bool { model.plan.account.isOn }

  private mutating func noteUsage(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let facts = profiles.facts[profile(of: account, &store)]
    let stage =
      facts.stage >= 0
      ? profiles.texts[Int(facts.stage)]
      : model.plan.policy.stages.stage(
        start: facts.contractStart, end: facts.contractEnd, firstEvent: reading.firstEvent,
        at: reading.at
      ).rawValue
    let part = usage.note(account, reading, stage: stage, revenue: facts.revenue, &store, output)
    guard let part else { return }
    let parent = facts.parent >= 0 ? profiles.texts[Int(facts.parent)] : nil
    today?.tallies?.add(words(facts), parent: parent, part)
  }

  private mutating func evidence(
    _ day: WaitingDay, _ store: inout WindowStore
  ) -> AlertEvidence {
    var evidence = judge.evidence()
    // Places of the industries' segments; −1 = not there yet.
    var places: [Int] = []
    for row in 0..<day.day.count {
      let industry = industry(of: day.day.account(row), &store)
      while places.count <= industry { places.append(-1) }
      if places[industry] < 0 { places[industry] = evidence.place(profiles.texts[industry]) }
      judge.tell(row, of: day.day, segment: places[industry], &evidence)
    }
    return evidence
  }

  /// Place of the account's industry among the register's texts.
  private mutating func industry(of account: UInt32, _ store: inout WindowStore) -> Int {
    Int(profiles.facts[profile(of: account, &store)].industry)
  }

  /// Judges the days that every partition has told, in order. What they came to is said though the partition is silent
  /// otherwise, where the earlier run did not come to it: by the next call that has somewhere to say it.
  package mutating func settle(_ store: inout WindowStore, _ output: OutputBatch) {
    while let day = waiting.first, model.board.isComplete(day.day.at) {
      if output.isSilent, !day.isSaid { return }
      waiting.removeFirst()
      judge(day, &store, day.isSaid ? OutputBatch(isSilent: true) : output)
      saidDay = max(saidDay, day.day.at)
    }
  }

  private mutating func judge(
    _ day: WaitingDay, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let settled = model.board.settled(day.day.at)
    model.controls.renew(&knownControls)
    let controls = knownControls
    if settled.speaker == partition { publish(settled.outages, output) }
    if let report = model.board.rollups(day.day.at, partition: partition, model.plan) {
      say(report, output)
    }
    // By industry.
    var contexts: [SegmentContext?] = []
    var changes = AccountChanges()
    for row in 0..<day.day.count {
      let account = day.day.account(row)
      // Forgotten meanwhile: nobody waits for news of it.
      guard rows[account].generation == day.day.generation(row) else {
        people.skip(account, of: &day.people)
        continue
      }
      let industry = industry(of: account, &store)
      while contexts.count <= industry { contexts.append(nil) }
      let context =
        contexts[industry] ?? settled.ground.context(segment: profiles.texts[industry])
      contexts[industry] = context
      func control(_ rule: String) -> AlertControl? {
        guard controls.count > 0 else { return nil }
        return controls.value(
          of: alertFingerprint(rule: rule, account: store.name(of: account)))
      }
      judge.judge(row, of: day.day, context, &alerts, control: control) {
        changes.alerts.append($0)
      }
      if !changes.alerts.isEmpty, let found = day.people.finding(of: account) {
        for i in changes.alerts.indices { changes.alerts[i].explain(by: found, model.plan) }
      }
      people.judge(account, of: &day.people, at: day.day.at, control: control) {
        changes.people.append($0)
      }
      if isAccountOn {
        accounts.judge(
          account, row, of: day.account, at: day.day.at, accountJudge, context,
          control: control
        ) { changes.account.append($0) }
      }
      if changes.isEmpty { continue }
      let name = store.name(of: account)
      for step in changes.steps { census.move(step.before, to: step.phase) }
      let said = changes.take(
        model.alerts, account: name, profile: known[name], firstEvent: day.day.firstEvent(row))
      for alert in said { publish(alert, output) }
    }
  }

  private func say(_ report: RollupReport, _ output: OutputBatch) {
    for rollup in report.rollups {
      output.add(.rollups, key: rollup.segment, at: report.at) {
        HealthRollupEncoder.encode(rollup, into: &$0)
      }
    }
    for segment in report.ceased { output.addTombstone(.rollups, key: segment, at: report.at) }
  }

  private func publish(_ outages: [OutageChange], _ output: OutputBatch) {
    for outage in outages { publish(model.alerts.alert(outage), output) }
  }

  private func publish(_ alert: HealthAlert, _ output: OutputBatch) {
    output.counts.note(alert.state)
    output.add(.alerts, key: alert.account, at: alert.at) {
      HealthAlertEncoder.encode(alert, into: &$0)
    }
  }

  package var fingerprint: UInt64 { model.plan.fingerprint }

  package mutating func write(to state: inout StateWriter) -> EventTime? {
    guard today == nil, waiting.isEmpty else { return nil }
    guard let day = model.board.write(partition: partition, to: &state) else { return nil }
    rows.write(to: &state)
    scores.write(to: &state)
    alerts.write(to: &state)
    people.write(to: &state)
    usage.write(to: &state)
    accounts.write(to: &state)
    deferred.write(to: &state)
    state.write(plain: census)
    peers.write(to: &state)
    return day
  }

  /// What is known from elsewhere (profiles, overrides) is looked up anew.
  package mutating func read(from state: inout StateReader) throws(StateError) {
    try model.board.read(partition: partition, from: &state, model.plan)
    try rows.read(from: &state)
    try scores.read(from: &state)
    try alerts.read(from: &state)
    try people.read(from: &state)
    try usage.read(from: &state)
    try accounts.read(from: &state)
    try deferred.read(from: &state)
    try state.read(plain: &census)
    try peers.read(from: &state, model.board, model.plan)
    guard scores.count == rows.count, alerts.count == rows.count else {
      throw StateError("the rows of accounts do not belong together")
    }
    // Commit intervals are counted anew: all that waits for the next one has it.
    round = 0
    for account in 0..<rows.count {
      rows[account].profile = HealthRow.unknown
      rows[account].override = HealthRow.unknown
      rows[account].round = 0
    }
  }

  /// A tombstone ends the account's score; should it come back it is a new account.
  private mutating func forget(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let name = store.name(of: account)
    store.forget(account)
    let generation = rows[account].generation
    census.move(rows[account].shown, to: .none)
    alerts.forEachPhase(of: account) { census.count($0) }
    people.forEachPhase(of: account) { census.count($0) }
    if isAccountOn { accounts.forEachPhase(of: account) { census.count($0) } }
    rows[account] = HealthRow()
    rows[account].generation = generation &+ 1
    scores.reset(account)
    alerts.reset(account)
    people.reset(account)
    if isAccountOn { accounts.reset(account) }
    usage.forget(account, named: name, at: reading.at, output)
    output.addTombstone(.scores, key: name, at: reading.at)
  }
}

/// A day's accounts until it is judged.
private final class WaitingDay {
  var day: AlertDay
  var people = PeopleDay()
  var account = AccountDay()
  /// An earlier run has judged it and published what it came to.
  var isSaid = false

  /// What they came to, until it is told.
  var tallies: DayTallies?

  init(_ day: consuming AlertDay, _ tallies: DayTallies) {
    self.day = day
    self.tallies = tallies
  }

  /// Bytes held.
  var bytes: Int { day.bytes + people.bytes + account.bytes }
}
