import ThermoclineCore
import ThermoclineWindows

/// What an event passes between decoding and the windows: has it been taken before, and whose is it?
///
/// Belongs to one partition and is a function of that partition's messages in their order.
struct EventGate: ~Copyable, Sendable {
  var filter: DuplicateFilter
  var directory: AccountDirectory
  var held: HeldEvents
  /// Event time an unresolved event waits; 0 = it does not.
  let hold: Int64
  /// The newest event that was held.
  var newestHeld = Int64.min
  /// An event with the account it lacked: only what the windows read of it.
  let resolved = EventBatch(bytesCapacity: 8 * Limits.nameBytesMax, recordsCapacity: 1)

  /// What the next events are known by, by their place among those looked at together.
  private var identities = Slab<SipHash128.Value>(capacity: WindowStore.warmMax)

  init(_ settings: IntakeSettings) {
    let seeds = settings.hashSeeds
    let key = SipHash128.Key(first: seeds.0, second: seeds.1)
    filter = DuplicateFilter(
      span: settings.deduplicate, idsMax: settings.deduplicateIDsMax, key: key)
    directory = AccountDirectory(usersMax: settings.usersMax, key: key)
    held = HeldEvents(eventsMax: settings.heldEventsMax, bytesMax: settings.heldBytesMax)
    hold = settings.holdUnresolved.milliseconds
    identities.append(
      repeating: SipHash128.Value(first: 0, second: 0), count: WindowStore.warmMax)
  }

  /// Hashes the next events and brings their places in the table into the cache: the look-ups of several events don't
  /// depend on each other, so the processor waits for their cache misses together.
  mutating func warm(_ batch: EventBatch, from start: Int, count: Int) {
    for j in 0..<count {
      let (account, id) = (batch[start &+ j].account, batch[start &+ j].id)
      identities[j] = unsafe filter.value(account: batch.text(account), id: batch.text(id))
      filter.prefetch(identities[j])
    }
  }

  /// What an event is known by, from the last `warm`; nil without an id, or when nobody looks.
  func identity(_ event: EventRecord, at place: Int) -> SipHash128.Value? {
    filter.isOn && !event.id.isAbsent ? identities[place] : nil
  }

  /// Fills `resolved` with an event of another batch and its user's account; false when that is not known.
  mutating func resolve(_ index: Int, _ batch: EventBatch) -> Bool {
    let user = batch[index].user
    guard !user.isAbsent, let account = unsafe directory.account(of: batch.text(user)) else {
      return false
    }
    resolved.clear()
    var record = batch[index]
    record.account = unsafe resolved.append(bytes: account) ?? .absent
    record.type = copy(record.type, batch)
    record.user = copy(record.user, batch)
    record.feature = copy(record.feature, batch)
    resolved.append(record)
    return true
  }

  private func copy(_ range: ByteRange, _ batch: EventBatch) -> ByteRange {
    range.isAbsent ? .absent : unsafe resolved.append(bytes: batch.text(range)) ?? .absent
  }
}

extension EventGate {
  func write(to state: inout StateWriter) {
    filter.write(to: &state)
    directory.write(to: &state)
    held.write(to: &state)
    state.write(newestHeld)
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    try filter.read(from: &state)
    try directory.read(from: &state)
    try held.read(from: &state)
    newestHeld = try state.number()
  }
}
