import ThermoclineCore
import ThermoclineWindows

/// One input partition: its windows, and what is made of them. Owns all state of the partition's accounts;
/// no other thread touches it, so there are no locks.
package struct PartitionProcessor<Observer: TickObserver & ~Copyable>: ~Copyable {
  package let partition: Int
  package var store: WindowStore
  package var observer: Observer
  /// What events pass before the windows.
  var gate: EventGate
  let intake: IntakeSettings
  /// The position after the last message that was processed.
  var nextPosition: Int64 = 0
  /// Events came since the last early reading of all accounts that have news.
  var hasUnread = false
  /// The next midnight the observer is asked for; `distantPast` before the first event.
  var midnight = EventTime.distantPast
  /// The event time, in milliseconds, that may bring time to that midnight.
  var horizon = Int64.min
  /// What the newest checkpoint said; nil before the first.
  var said: SaidCheckpoint?
  /// Where the clock has brought time since the last message; nil where only events did.
  private var clock: EventTime?
  /// Where the clock had brought it before a restart.
  private var clockBase = EventTime.distantPast
  /// An earlier run has said all of the ticks up to this time.
  private var saidTicks = EventTime.distantPast
  /// Takes what such ticks say again.
  private let muted = OutputBatch(isSilent: true)
  /// Refused input of the batch under way, said when the position passes it.
  private var refused: [(refusal: Refusal, batch: EventBatch, at: EventTime)] = []
  /// The same of a message whose rest comes with another batch.
  private let unfinished = OutputBatch()

  package init(
    partition: Int, store: consuming WindowStore, observer: consuming Observer,
    intake: IntakeSettings = IntakeSettings()
  ) {
    self.partition = partition
    self.intake = intake
    gate = EventGate(intake)
    self.store = store
    self.observer = observer
  }

  /// Applies a batch in order. The ticks that its events bring about run between the events, so what
  /// comes out does not depend on how the input was batched.
  ///
  /// Begins at a place of the batch, 0 at first, and stops at the first event whose day may not begin yet. nil when all
  /// was applied, else the place to go on from.
  @discardableResult
  package mutating func process(
    _ batch: EventBatch, from start: Int = 0, into output: OutputBatch
  ) -> Int? {
    let count = batch.eventsCount
    hasUnread = true
    if batch.nextPosition > nextPosition { clock = nil }
    let isFiltered = gate.filter.isOn
    var applied = 0
    let uncounted = store.uncountedEntities
    var index = start
    var place = WindowStore.warmMax
    while index < count {
      if batch[index].time >= horizon, !mayBegin(batch[index].time, output) { break }
      if place == WindowStore.warmMax {
        let ahead = min(WindowStore.warmMax, count &- index)
        store.warm(batch, from: index, count: ahead)
        if isFiltered { gate.warm(batch, from: index, count: ahead) }
        place = 0
      }
      if isFiltered || batch[index].kind != .event || batch[index].account.isAbsent {
        admit(index, place, batch, output)
      } else if apply(index, place, batch, output) {
        applied &+= 1
      }
      index &+= 1
      place &+= 1
    }
    output.counts.applied += applied
    output.counts.uncounted += store.uncountedEntities - uncounted
    output.counts.read += max(0, index - start)
    if isFiltered { output.counts.forgottenIDs += gate.filter.takeForgotten() }
    if index < count { return index }
    // Places after the events: the refusals, then the heartbeat alone.
    if start <= count {
      output.counts.read += batch.refusals.count
      for refusal in batch.refusals { refuse(refusal, batch, output) }
    }
    if let heartbeat = batch.heartbeat, !come(to: heartbeat, output) { return count + 1 }
    nextPosition = max(nextPosition, batch.nextPosition)
    sayRefused(output)
    // The batch goes back; what it has begun is read again after a restart, whole.
    for (refusal, batch, at) in refused { unfinished.addDeadLetter(refusal, of: batch, at: at) }
    refused.removeAll(keepingCapacity: true)
    return nil
  }

  /// Counts an event in the windows, as it is, and runs what it brings about; false when it was refused.
  @inline(__always)
  mutating func apply(
    _ index: Int, _ place: Int, _ batch: EventBatch, _ output: OutputBatch
  ) -> Bool {
    let outcome = store.apply(at: index, of: batch, place: place)
    if outcome == .applied, !store.isTickDue(), gate.held.deadline > store.newestEvent.milliseconds
    {
      return true
    }
    return note(outcome, batch[index], batch, output)
  }

  /// What follows from an event that was offered to the windows; false when they refused it.
  @inline(never)
  mutating func note(
    _ outcome: ApplyOutcome, _ event: EventRecord, _ batch: EventBatch, _ output: OutputBatch
  ) -> Bool {
    switch outcome {
    case .applied: break
    case .correction:
      output.counts.corrections += 1
      observer.correct(
        store.correctedAccount, EventTime(milliseconds: event.time), &store, output)
    case .late: refuseLate(event, batch, output)
    case .tooManyAccounts, .full:
      refuse(
        Refusal(
          reason: .tooManyAccounts, detail: fullness(outcome),
          position: event.position, message: event.message, key: event.key), batch, output)
    }
    if store.isTickDue() { runTicks(output) }
    if gate.held.count > 0 { expireHeld(output) }
    return outcome == .applied || outcome == .correction
  }

  /// Time is known to have come this far although no event said so; false when it may not come there yet.
  @discardableResult
  package mutating func advance(to time: EventTime, _ output: OutputBatch) -> Bool {
    let hasCome = come(to: time, output)
    // In the middle of a batch, with its rest.
    if hasCome { sayRefused(output) }
    return hasCome
  }

  /// No event has come for so long by the clock: time stands that much after the newest event, less the bound
  /// that late events still have, or after where the clock had brought it before a restart.
  package mutating func passTime(_ span: TimeSpan, _ output: OutputBatch) {
    guard store.newestEvent > .distantPast else { return }
    let before = store.watermark
    advance(to: max(store.newestEvent - store.settings.outOfOrderness, clockBase) + span, output)
    if store.watermark > before { clock = store.watermark }
  }

  /// The clock had brought time here before a restart: it goes on from there.
  package mutating func setClock(_ time: EventTime) {
    clock = time
    clockBase = time
  }

  /// Early readings of at most `limit` accounts that have news; true when there is more to do.
  package mutating func anticipate(limit: Int, _ output: OutputBatch) -> Bool {
    observer.beginEarly(&store, output)
    var left = limit
    while left > 0, let account = store.popDirty() {
      observer.anticipate(account, &store, output)
      left -= 1
    }
    hasUnread = left == 0 || observer.hasDeferred
    return left == 0
  }

  /// Says what became decidable meanwhile.
  package mutating func settle(_ output: OutputBatch) { observer.settle(&store, output) }

  /// The input has ended: time comes to the newest event; false when it may not yet.
  package mutating func end(_ output: OutputBatch) -> Bool {
    if store.newestEvent > .distantPast, !advance(to: store.newestEvent, output) { return false }
    refuseHeld(output)
    sayRefused(output, isEnd: true)
    observer.endInput()
    return true
  }

  /// The job stops here: says everything that was not said.
  package mutating func drain(_ output: OutputBatch) { observer.drain(&store, output) }

  /// An earlier run has said so much, whatever its position.
  package mutating func setSaid(_ said: SaidTimes) {
    saidTicks = said.ticks
    observer.setSaidDay(said.days)
  }

  var watermark: EventTime { store.watermark }

  /// How far the outputs go.
  var saidTimes: SaidTimes {
    SaidTimes(ticks: max(saidTicks, store.watermark), days: observer.saidDay)
  }

  /// How far this partition has come.
  package var progress: PartitionProgress {
    PartitionProgress(
      partition: partition, nextPosition: nextPosition, watermark: store.watermark,
      accounts: store.accountsCount, bytes: store.bytes, hasUnread: hasUnread,
      census: observer.census, clock: clock, said: saidTimes)
  }

  private func fullness(_ outcome: ApplyOutcome) -> String {
    let settings = store.settings
    if outcome != .full {
      if store.accountsCount >= settings.accountsMax {
        return "the maximum of \(settings.accountsMax) accounts in this partition is reached"
      }
      if store.bytes >= settings.bytesMax {
        return
          "the maximum of \(settings.bytesMax) bytes for the windows of this partition is reached"
      }
    }
    return
      "the maximum of \(settings.logBytesMax) bytes for the closed windows of this partition is reached"
  }

  /// Whether the day of an event at `time` may begin.
  @inline(never) private mutating func mayBegin(_ time: Int64, _ output: OutputBatch) -> Bool {
    mayCome(to: EventTime(milliseconds: time) - store.settings.outOfOrderness, output)
  }

  /// Asks for every midnight up to `time`. Where there are several, time comes to each before the next is asked for.
  private mutating func mayCome(to time: EventTime, _ output: OutputBatch) -> Bool {
    if midnight == .distantPast { midnight = time.floor(to: .days(1)) }
    while midnight <= time {
      guard observer.mayPass(midnight, &store, output) else { return false }
      let next = midnight + .days(1)
      if next <= time { raise(to: midnight, output) }
      midnight = next
    }
    horizon = (midnight + store.settings.outOfOrderness).milliseconds
    return true
  }

  private mutating func come(to time: EventTime, _ output: OutputBatch) -> Bool {
    guard mayCome(to: time, output) else { return false }
    raise(to: time, output)
    return true
  }

  private mutating func raise(to time: EventTime, _ output: OutputBatch) {
    store.raiseWatermark(to: time)
    if store.isTickDue() { runTicks(output) }
    if gate.held.count > 0 { expireHeld(output) }
  }

  @inline(never) private mutating func runTicks(_ output: OutputBatch) {
    while let time = store.nextTick(every: observer.visitsEveryTick) {
      let isSaid = time <= saidTicks && !output.isSilent
      let tickOutput = isSaid ? muted : output
      observer.beginTick(time)
      while let account = store.nextDue() { observer.evaluate(account, &store, tickOutput) }
      observer.endTick(time, &store, tickOutput)
      guard isSaid else { continue }
      output.take(.segments, of: muted)
      muted.clear()
    }
    let watermark = store.watermark
    observer.endTicks(watermark, &store, output)
  }

  private mutating func refuseLate(_ event: EventRecord, _ batch: EventBatch, _ output: OutputBatch)
  {
    let behind = store.watermark - EventTime(milliseconds: event.time)
    output.counts.late += 1
    keep(
      Refusal(
        reason: .late,
        detail:
          "the event's time \(EventTime(milliseconds: event.time)) is \(behind) behind the watermark "
          + "\(store.watermark), more than the allowed lateness of \(store.settings.allowedLateness)",
        position: event.position, message: event.message, key: event.key), batch, output)
  }

  mutating func refuse(_ refusal: Refusal, _ batch: EventBatch, _ output: OutputBatch) {
    output.counts.refused += 1
    output.counts.refusedBy[refusal.reason, default: 0] += 1
    keep(refusal, batch, output)
  }

  /// A batch that stops half way is read again after a restart, whole: what it refused is said with its end.
  private mutating func keep(_ refusal: Refusal, _ batch: EventBatch, _ output: OutputBatch) {
    if !output.isSilent { refused.append((refusal, batch, store.watermark)) }
  }

  /// Says what was refused of the messages that the position has passed; at the input's end of all.
  private mutating func sayRefused(_ output: OutputBatch, isEnd: Bool = false) {
    let position = isEnd ? .max : nextPosition
    if let begun = unfinished.records.first?.origin, begun.position < position {
      output.take(.deadLetters, of: unfinished)
      unfinished.clear()
    }
    if refused.isEmpty { return }
    for (refusal, batch, at) in refused where refusal.position < position {
      output.addDeadLetter(refusal, of: batch, at: at)
    }
    refused.removeAll { $0.refusal.position < position }
  }
}
