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
    output.inputPosition = nextPosition
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
    case .tooManyAccounts:
      refuse(
        Refusal(
          reason: .tooManyAccounts, detail: fullness,
          position: event.position, message: event.message, key: event.key), batch, output)
    }
    if store.isTickDue() { runTicks(output) }
    if gate.held.count > 0 { expireHeld(output) }
    return outcome == .applied || outcome == .correction
  }

  /// Time is known to have come this far although no event said so; false when it may not come there yet.
  @discardableResult
  package mutating func advance(to time: EventTime, _ output: OutputBatch) -> Bool {
    output.inputPosition = nextPosition
    return come(to: time, output)
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
    observer.endInput()
    return true
  }

  /// The job stops here: says everything that was not said.
  package mutating func drain(_ output: OutputBatch) { observer.drain(&store, output) }

  /// The position before input that has a consequence not said yet.
  var saidPosition: Int64 { min(nextPosition, observer.unsaidPosition ?? .max) }

  /// How far this partition has come.
  package var progress: PartitionProgress {
    PartitionProgress(
      partition: partition, nextPosition: saidPosition, watermark: store.watermark,
      accounts: store.accountsCount, bytes: store.bytes,
      hasUnread: hasUnread, census: observer.census,
      // A position that is held back lies before what the clock brought about.
      clock: observer.unsaidPosition == nil ? clock : nil)
  }

  private var fullness: String {
    let settings = store.settings
    return store.accountsCount >= settings.accountsMax
      ? "the maximum of \(settings.accountsMax) accounts in this partition is reached"
      : "the maximum of \(settings.bytesMax) bytes for the windows of this partition is reached"
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
      observer.beginTick(time)
      while let account = store.nextDue() { observer.evaluate(account, &store, output) }
      observer.endTick(time, &store, output)
    }
    let watermark = store.watermark
    observer.endTicks(watermark, &store, output)
  }

  private func refuseLate(_ event: EventRecord, _ batch: EventBatch, _ output: OutputBatch) {
    let behind = store.watermark - EventTime(milliseconds: event.time)
    output.counts.late += 1
    output.addDeadLetter(
      Refusal(
        reason: .late,
        detail:
          "the event's time \(EventTime(milliseconds: event.time)) is \(behind) behind the watermark "
          + "\(store.watermark), more than the allowed lateness of \(store.settings.allowedLateness)",
        position: event.position, message: event.message, key: event.key),
      of: batch, at: store.watermark)
  }

  func refuse(_ refusal: Refusal, _ batch: EventBatch, _ output: OutputBatch) {
    output.counts.refused += 1
    output.counts.refusedBy[refusal.reason, default: 0] += 1
    output.addDeadLetter(refusal, of: batch, at: store.watermark)
  }
}
