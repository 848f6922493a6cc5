import ThermoclineCore
import ThermoclineWindows

/// Events that do not go to the windows just as they are.
extension PartitionProcessor where Observer: ~Copyable {
  /// Takes an event past the gate: it is applied, perhaps with its user's account; or it is a duplicate, waits, is
  /// refused, or only said something about users. Counts all but `read`. `place`: of the event among those last warmed.
  @inline(never)
  mutating func admit(_ index: Int, _ place: Int, _ batch: EventBatch, _ output: OutputBatch) {
    let event = batch[index]
    let identity = gate.identity(event, at: place)
    if let identity, gate.filter.contains(identity) {
      output.counts.duplicates += 1
      return
    }
    switch event.kind {
    case .alias:
      output.counts.aliases += 1
      remember(identity, event.time)
      merge(event, batch, output)
      return
    case .membership where !event.account.isAbsent:
      unsafe gate.directory.join(
        batch.text(event.user), to: batch.text(event.account), at: event.time)
      if apply(index, place, batch, output) {
        output.counts.applied += 1
        remember(identity, event.time)
      }
      release(speaker(of: event.user, batch), output)
    case .event, .membership:
      if !event.account.isAbsent {
        guard apply(index, place, batch, output) else { return }
      } else if gate.resolve(index, batch) {
        output.counts.resolved += 1
        let outcome = store.apply(at: 0, of: gate.resolved)
        guard note(outcome, event, batch, output) else { return }
      } else {
        output.counts.unresolved += 1
        hold(index, identity, batch, output)
        return
      }
      output.counts.applied += 1
      remember(identity, event.time)
    }
  }

  /// Refuses what has waited long enough by event time.
  @inline(never) mutating func expireHeld(_ output: OutputBatch) {
    while gate.held.deadline <= heldClock { refuseFirstHeld(output) }
  }

  /// Refuses all that waits: no more input will come.
  mutating func refuseHeld(_ output: OutputBatch) {
    while gate.held.count > 0 { refuseFirstHeld(output) }
  }

  // MARK: duplicates

  private mutating func remember(_ identity: SipHash128.Value?, _ time: Int64) {
    if let identity { gate.filter.insert(identity, time: time) }
  }

  // MARK: users

  private mutating func merge(_ event: EventRecord, _ batch: EventBatch, _ output: OutputBatch) {
    let earlier = speaker(of: event.feature, batch)
    unsafe gate.directory.merge(batch.text(event.feature), into: batch.text(event.user))
    guard gate.held.count > 0 else { return }
    let user = speaker(of: event.user, batch)
    gate.held.rename(earlier, to: user)
    release(user, output)
  }

  /// Whoever speaks for a user; only asked while events wait.
  private mutating func speaker(of user: ByteRange, _ batch: EventBatch) -> [UInt8] {
    guard gate.held.count > 0, !user.isAbsent else { return [] }
    return unsafe Array(gate.directory.speaker(of: batch.text(user)))
  }

  // MARK: waiting

  /// How far event time has come for what waits: with the windows, and with the waiting events themselves.
  private var heldClock: Int64 {
    max(
      store.newestEvent.milliseconds, gate.newestHeld,
      (store.watermark + store.settings.outOfOrderness).milliseconds)
  }

  private mutating func hold(
    _ index: Int, _ identity: SipHash128.Value?, _ batch: EventBatch, _ output: OutputBatch
  ) {
    let event = batch[index]
    guard gate.hold > 0, !event.user.isAbsent else {
      refuseNoAccount(event, "and its user's account is not known", batch, output)
      return
    }
    gate.newestHeld = max(gate.newestHeld, event.time)
    let user = unsafe Array(gate.directory.speaker(of: batch.text(event.user)))
    gate.held.add(
      HeldEvent(
        at: index, of: batch, deadline: heldClock + gate.hold, identity: identity,
        isCounted: !output.isSilent), user: user)
    output.counts.held += 1
    remember(identity, event.time)
    while gate.held.isOverfull { refuseFirstHeld(output) }
    expireHeld(output)
  }

  /// Applies what waits for a user, if the account is known now.
  private mutating func release(_ user: [UInt8], _ output: OutputBatch) {
    guard gate.held.count > 0, !user.isEmpty else { return }
    // Padded, for names are read a word at a time.
    let padded = user + [UInt8](repeating: 0, count: 64)
    guard let account = account(padded, user.count) else { return }
    for event in gate.held.take(user: user) {
      let batch = unsafe account.withUnsafeBytes { unsafe event.batch(account: $0) }
      uncount(event, output)
      output.counts.resolved += 1
      if apply(0, -1, batch, output) {
        output.counts.applied += 1
      } else if let identity = event.identity {
        gate.filter.remove(identity)
      }
    }
  }

  private mutating func account(_ padded: [UInt8], _ count: Int) -> [UInt8]? {
    unsafe padded.withUnsafeBytes { bytes in
      unsafe gate.directory.account(of: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        .map { unsafe Array($0) }
    }
  }

  private mutating func refuseFirstHeld(_ output: OutputBatch) {
    guard let event = gate.held.takeFirst() else { return }
    uncount(event, output)
    // Sent again after a fix, it is no duplicate.
    if let identity = event.identity { gate.filter.remove(identity) }
    let batch = unsafe event.batch(account: nil)
    refuseNoAccount(
      event.record, "and its user's account did not come while it waited", batch, output)
  }

  private mutating func refuseNoAccount(
    _ event: EventRecord, _ why: String, _ batch: EventBatch, _ output: OutputBatch
  ) {
    refuse(
      Refusal(
        reason: .noAccount, detail: "the event names no account \(why)", position: event.position,
        message: event.message, key: event.key), batch, output)
  }

  /// The event no longer waits. One that an earlier run has counted is read here.
  private func uncount(_ event: HeldEvent, _ output: OutputBatch) {
    if event.isCounted { output.counts.held -= 1 } else { output.counts.read += 1 }
  }
}
