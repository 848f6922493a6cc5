package import ThermoclineCore

/// What one sink still has to be told: takes messages in, says what is to be sent next and when, and how far the topic may
/// be committed. It does no input or output and reads no clock; `now` is monotonic nanoseconds.
///
/// At most one shipment is under way. It holds the same changes under the same name until it is settled, unless a
/// partition goes, so that a server may know a second copy.
package struct Outbox: Sendable {
  /// How a sink is treated.
  package struct Plan: Sendable {
    package var filter = AlertFilter()
    package var perMinute = 60
    package var burst = 10
    /// How long to wait for more before something is sent.
    package var gather = TimeSpan.seconds(2)
    package var retry = RetrySchedule()
    /// How often what stands is told again; nil = never.
    package var refresh: TimeSpan?
    package var pendingMax = NotifyLimits.pendingMax
    package var pendingBytesMax = NotifyLimits.pendingBytesMax

    package init() {}
  }

  /// What is to be done.
  package enum Step: Sendable, Equatable {
    case send(Shipment)
    /// Nothing before this time; nil = before something is taken.
    case wait(until: UInt64?)
  }

  /// What became of a shipment.
  package enum Settlement: Sendable, Equatable {
    case delivered(Shipment)
    case retrying(Shipment, after: TimeSpan)
    /// Smaller ones follow.
    case split
    /// The changes are to be kept elsewhere before anything is committed.
    case refused(Shipment)
  }

  private let sink: any AlertSink
  private let plan: Plan
  private var rate: SendingRate
  private var generator: SplitMix64
  private var ledger: AlertLedger
  private var pending: [AlertChange] = []
  private var pendingBytes = 0
  /// The first is under way or waits for its next attempt.
  private var shipments: [Shipment] = []
  private var failuresInARow = 0
  private var retryAt: UInt64?
  /// Next offset to take, by partition.
  private var next: [Int32: Int64] = [:]
  /// Partitions whose past is known.
  private var ready: Set<Int32> = []
  private var nextRefresh: UInt64 = 0
  /// What was shipped last was told again: something new goes first now.
  private var hasJustRefreshed = false
  /// Alerts that stand and were told of in a digest only, with their partition.
  private var inDigest: [String: Int32] = [:]

  package private(set) var counts = OutboxCounts()
  /// Since when the sink has not accepted anything that it was asked to; nil while it does.
  package private(set) var failingSince: UInt64?
  /// Since when it has refused everything, and how often.
  private var refusals: (since: UInt64, count: Int)?

  package init(_ sink: any AlertSink, _ plan: Plan, seed: UInt64) {
    self.sink = sink
    self.plan = plan
    rate = SendingRate(perMinute: plan.perMinute, burst: plan.burst)
    generator = SplitMix64(seed: seed)
    ledger = AlertLedger(filter: plan.filter, keepsWords: plan.refresh != nil)
  }

  // MARK: Taking

  /// Nothing more is to be taken for the time being.
  package var isFull: Bool {
    waitingCount >= plan.pendingMax || pendingBytes >= plan.pendingBytesMax
  }

  /// Changes that were taken and are not settled.
  package var waitingCount: Int {
    pending.count + shipments.reduce(0) { $0 + ($1.form == .refresh ? 0 : $1.changes.count) }
  }

  /// When the oldest of them was taken.
  package var waitingSince: UInt64? {
    let shipped = shipments.lazy.filter { $0.form != .refresh }.flatMap(\.changes)
    return [shipped.map(\.takenAt).min(), pending.first?.takenAt].compactMap { $0 }.min()
  }

  /// Alerts that stand.
  package var openCount: Int { ledger.openCount }

  /// Those that were forgotten while they stood, for want of room.
  package var forgottenCount: Int { ledger.forgottenCount }

  /// Reading of a partition begins here; what comes before is only to be remembered.
  package mutating func begin(partition: Int32, at offset: Int64) { next[partition] = offset }

  /// Takes a message that was dealt with by an earlier process: it is remembered and not delivered.
  package mutating func recall(_ alert: HealthAlert, partition: Int32) {
    _ = ledger.take(alert, partition: partition)
  }

  /// All of a partition's past was recalled.
  package mutating func isReady(partition: Int32) { ready.insert(partition) }

  /// Takes a message that is new.
  package mutating func take(
    _ alert: HealthAlert, at place: AlertPlace, bytes: Int, now: UInt64
  ) {
    counts.read += 1
    next[place.partition] = place.offset + 1
    switch ledger.take(alert, partition: place.partition) {
    case .duplicate: counts.duplicates += 1
    case .pending: counts.filtered += 1
    case .change(let kind, let before, let isTold):
      guard isTold, sink.wants(kind) else {
        counts.filtered += 1
        return
      }
      pending.append(
        AlertChange(kind, alert, before: before, place: place, bytes: bytes, takenAt: now))
      pendingBytes += bytes
    }
  }

  /// Passes a message that is no alert; a tombstone is not even counted.
  package mutating func pass(_ place: AlertPlace, isUnreadable: Bool) {
    next[place.partition] = place.offset + 1
    guard isUnreadable else { return }
    counts.read += 1
    counts.unreadable += 1
  }

  /// Lets go of a partition that others read now.
  package mutating func forget(partition: Int32) {
    next[partition] = nil
    ready.remove(partition)
    ledger.forget(partition: partition)
    let before = waitingCount
    pending.removeAll { $0.place.partition == partition }
    shipments = shipments.compactMap { shipment in
      guard shipment.form != .refresh else { return shipment }
      let left = shipment.changes.filter { $0.place.partition != partition }
      return left.isEmpty ? nil : Shipment(shipment.form, left)
    }
    inDigest = inDigest.filter { $0.value != partition }
    pendingBytes = (pending + shipments.lazy.filter { $0.form != .refresh }.flatMap(\.changes))
      .reduce(0) { $0 + $1.bytes }
    counts.givenUp += before - waitingCount
  }

  /// How far each partition may be committed: up to the first message that is not settled.
  package var positions: [Int32: Int64] {
    var positions = next
    for change in pending { lower(&positions, change.place) }
    for shipment in shipments where shipment.form != .refresh {
      for change in shipment.changes { lower(&positions, change.place) }
    }
    return positions
  }

  private func lower(_ positions: inout [Int32: Int64], _ place: AlertPlace) {
    guard let position = positions[place.partition], place.offset < position else { return }
    positions[place.partition] = place.offset
  }

  // MARK: Sending

  /// What to do now. A shipment that it gives out is to be settled before it is asked again.
  package mutating func step(_ now: UInt64) -> Step {
    if let retryAt, now < retryAt { return .wait(until: retryAt) }
    let dueAt = pendingDue(now)
    // At a low rate to tell again would take every turn.
    let isNewFirst = hasJustRefreshed && (dueAt ?? .max) <= now
    if shipments.isEmpty, !isNewFirst { gatherRefresh(now) }
    if shipments.isEmpty {
      guard let dueAt, dueAt <= now else {
        return .wait(until: [dueAt, refreshDue].compactMap { $0 }.min())
      }
      guard rate.available(now) > 0 else { return .wait(until: rate.next(now)) }
      pack(now)
    }
    guard let shipment = shipments.first else { return .wait(until: refreshDue) }
    guard rate.take(now) else { return .wait(until: rate.next(now)) }
    return .send(shipment)
  }

  private var refreshDue: UInt64? {
    plan.refresh == nil || ready.isEmpty || ledger.openCount == 0 ? nil : nextRefresh
  }

  private mutating func gatherRefresh(_ now: UInt64) {
    guard let interval = plan.refresh, let refreshDue, refreshDue <= now else { return }
    nextRefresh = now + nanoseconds(interval)
    // What is about to be told for the first time is not told again.
    let waiting = Set(pending.map(\.key))
    let changes = ledger.open(of: ready).map { AlertChange(.updated, $0) }
      .filter { !waiting.contains($0.key) }
    hasJustRefreshed = !changes.isEmpty
    for start in stride(from: 0, to: changes.count, by: NotifyLimits.batchMax) {
      let end = min(start + NotifyLimits.batchMax, changes.count)
      shipments.append(Shipment(.refresh, Array(changes[start..<end])))
    }
  }

  /// When what waits may go: some time after the last of it came, but not for long.
  private func pendingDue(_ now: UInt64) -> UInt64? {
    guard let first = pending.first, let last = pending.last else { return nil }
    if isFull { return now }
    let gather = nanoseconds(plan.gather)
    return min(last.takenAt + gather, first.takenAt + 5 * gather)
  }

  private mutating func pack(_ now: UInt64) {
    hasJustRefreshed = false
    switch sink.merging {
    case .always(let most): ship(.batch, Array(pending.prefix(most)))
    case .inStorms(let most):
      leaveOutWhatWasTold()
      guard let first = pending.first else { return }
      if pending.count > max(1, rate.available(now)) {
        let merged = mergeable
        if merged.count > 1 { return ship(.digest, Array(merged.prefix(most))) }
      }
      ship(.single, [first])
    }
  }

  /// What may go into one digest. An alert's changes keep their order: none overtakes one that goes alone.
  private var mergeable: [AlertChange] {
    var isWaiting: Set<String> = []
    return pending.filter { change in
      let isTold = inDigest[change.key] != nil
      if !isWaiting.contains(change.key),
        sink.disposition(of: change, isInDigest: isTold) == .merge
      {
        return true
      }
      isWaiting.insert(change.key)
      return false
    }
  }

  private mutating func leaveOutWhatWasTold() {
    guard !inDigest.isEmpty else { return }
    let before = pending.count
    var left: [AlertChange] = []
    // What waits before it may yet get the alert an incident of its own, which has to end.
    var isWaiting: Set<String> = []
    for change in pending {
      guard inDigest[change.key] != nil, !isWaiting.contains(change.key),
        sink.disposition(of: change, isInDigest: true) == .leaveOut
      else {
        isWaiting.insert(change.key)
        left.append(change)
        continue
      }
      pendingBytes -= change.bytes
      if change.kind == .resolved { inDigest[change.key] = nil }
    }
    pending = left
    counts.alreadyTold += before - pending.count
  }

  private mutating func ship(_ form: Shipment.Form, _ changes: [AlertChange]) {
    let places = Set(changes.map(\.place))
    pending.removeAll { places.contains($0.place) }
    shipments.append(Shipment(form, changes))
  }

  /// Says what became of the shipment that was given out.
  package mutating func settle(_ verdict: ReplyVerdict, now: UInt64) -> Settlement {
    let shipment = shipments[0]
    if let reason = verdict.reason { counts.failures[reason, default: 0] += 1 }
    switch verdict {
    case .accepted:
      counts.requestsAccepted += 1
      isAlive()
      finish(shipment)
      return .delivered(shipment)
    case .retry(_, _, let after):
      counts.requestsRetried += 1
      failuresInARow += 1
      failingSince = failingSince ?? now
      let delay = plan.retry.delay(
        failures: failuresInARow, retryAfter: after, using: &generator)
      retryAt = now + nanoseconds(delay)
      // What stands will be told anew, as it stands then.
      shipments.removeAll { $0.form == .refresh }
      return .retrying(shipment, after: delay)
    case .refused(_, _, let mayBeOneOfMany):
      counts.requestsRefused += 1
      isRefused(now, mayBeOneOfMany)
      shipments.removeFirst()
      if mayBeOneOfMany, shipment.changes.count > 1 {
        shipments.insert(contentsOf: shipment.halves, at: 0)
        return .split
      }
      if shipment.form != .refresh {
        counts.refused += shipment.changes.count
        pendingBytes -= shipment.changes.reduce(0) { $0 + $1.bytes }
      }
      return .refused(shipment)
    }
  }

  private mutating func isAlive() {
    failuresInARow = 0
    retryAt = nil
    failingSince = nil
    refusals = nil
  }

  /// It answers, so there is no need to wait. One alert that it does not take is no failure of the sink; several in a row
  /// are, and what is the fault of no alert is at once.
  private mutating func isRefused(_ now: UInt64, _ mayBeOneOfMany: Bool) {
    failuresInARow = 0
    retryAt = nil
    let refused = (since: refusals?.since ?? now, count: (refusals?.count ?? 0) + 1)
    refusals = refused
    if !mayBeOneOfMany || refused.count > 1 { failingSince = failingSince ?? refused.since }
  }

  private mutating func finish(_ shipment: Shipment) {
    shipments.removeFirst()
    switch shipment.form {
    case .refresh: return
    case .single: counts.single += 1
    case .batch: counts.batched += shipment.changes.count
    case .digest: counts.inDigest += shipment.changes.count
    }
    pendingBytes -= shipment.changes.reduce(0) { $0 + $1.bytes }
    for change in shipment.changes {
      if change.kind == .resolved || shipment.form != .digest {
        inDigest[change.key] = nil
      } else {
        inDigest[change.key] = change.place.partition
      }
    }
  }

  private func nanoseconds(_ span: TimeSpan) -> UInt64 {
    UInt64(clamping: span.milliseconds) * 1_000_000
  }
}
