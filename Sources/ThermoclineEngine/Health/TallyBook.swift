import ThermoclineCore
import ThermoclineHealth

/// Puts the tallies of all partitions together, midnight by midnight: for the roll-ups, and for whoever is judged
/// against peers. Part of the board, behind its lock.
struct TallyBook: Sendable {
  private var parts: [EventTime: [Int: SegmentTallies]] = [:]
  /// The last part of each partition, for one that stands still.
  private var latest: [Int: (day: EventTime, tallies: SegmentTallies)] = [:]
  private var rollups = RollupBook()
  /// The reports that are not known to be committed, and the partition that says them: what it said may come to be
  /// discarded with all that was not committed, and be judged and said again, here or by the instance that takes it over.
  private var reports: [EventTime: (reporter: Int, report: RollupReport)] = [:]
  private var peers: [EventTime: PeerTable] = [:]

  mutating func tell(_ day: EventTime, partition: Int, _ tallies: SegmentTallies) {
    parts[day, default: [:]][partition] = tallies
    // As the board does.
    if parts.count > SegmentBoard.daysToldMax { parts[parts.keys.min()!] = nil }
    note(day, partition: partition, tallies)
  }

  /// Keeps a part of a day that was put together before, in case its partition comes to stand still.
  mutating func note(_ day: EventTime, partition: Int, _ tallies: SegmentTallies) {
    if latest[partition].map({ $0.day < day }) ?? true { latest[partition] = (day, tallies) }
  }

  mutating func close(_ partition: Int) {
    latest[partition] = nil
    for day in parts.keys { parts[day]![partition] = nil }
  }

  /// Puts the parts of a day together, and of those before it. All partitions but the idle ones have told them.
  mutating func settle(through day: EventTime, idle: Set<Int>, _ plan: PolicyPlan) {
    for day in parts.keys.filter({ $0 <= day }).sorted() {
      let told = parts.removeValue(forKey: day)!
      guard let reporter = told.keys.min(), peers[day] == nil else { continue }
      var all = SegmentTallies(
        peerMeasures: plan.peerMeasures.map { plan.policy.measures[$0].name })
      for (_, part) in told { all.merge(part) }
      let standIns = latest.filter {
        idle.contains($0.key) && told[$0.key] == nil && $0.value.day < day
      }
      for (_, last) in standIns { all.merge(last.tallies) }
      if day > rollups.last {
        reports[day] = (reporter, rollups.report(all, at: day, policy: plan.policy))
        if reports.count > SegmentBoard.daysToldMax { reports[reports.keys.min()!] = nil }
      }
      if !plan.peerMeasures.isEmpty {
        peers[day] = PeerTable(all, of: plan, standIns: standIns.count)
        if peers.count > Limits.peerDaysMax { peers[peers.keys.min()!] = nil }
      }
    }
  }

  /// What a partition is to publish of a day: the lowest-numbered one that told it.
  func report(_ day: EventTime, partition: Int) -> RollupReport? {
    guard let (reporter, report) = reports[day], reporter == partition else { return nil }
    return report
  }

  /// What a partition was to publish of the days up to this one is committed.
  mutating func noteCommitted(_ day: EventTime, of partition: Int) {
    reports = reports.filter { $0.key > day || $0.value.reporter != partition }
  }

  /// How all did on a day; nil when nobody told of it, or long ago.
  func peers(_ day: EventTime) -> PeerTable? { peers[day] }
}

extension TallyBook {
  /// The last day that was put together.
  var last: EventTime { rollups.last }

  /// Whether some parts wait to be put together.
  var isWaiting: Bool { !parts.isEmpty }

  /// What concerns no partition alone.
  func write(to state: inout StateWriter) {
    rollups.write(to: &state)
    state.write(UInt64(peers.count))
    for (day, table) in peers.sorted(by: { $0.key < $1.key }) {
      state.write(day)
      table.write(to: &state)
    }
  }

  mutating func read(from state: inout StateReader, _ plan: PolicyPlan) throws(StateError) {
    try rollups.read(from: &state)
    peers = [:]
    for _ in 0..<(try state.count()) {
      let day = try state.time()
      peers[day] = try PeerTable(of: plan, from: &state)
    }
  }

  /// Takes over what another book knows of the days up to one; what is here of later ones stays.
  mutating func adopt(_ other: borrowing TallyBook, from day: EventTime, partition: Int) {
    parts = parts.filter { $0.key > day }
    latest[partition] = other.latest[partition]
    // Of two books of the same days the one that came further knows all that the other does.
    guard other.last > last else { return }
    (rollups, peers) = (other.rollups, other.peers)
  }

  /// The last part of one partition.
  func write(partition: Int, to state: inout StateWriter) {
    let last = latest[partition]
    state.write(last != nil)
    guard let last else { return }
    state.write(last.day)
    last.tallies.write(to: &state)
    last.tallies.writeAdded(to: &state)
  }

  /// Takes a partition's last part over from another book.
  mutating func take(partition: Int, from other: borrowing TallyBook) {
    latest[partition] = other.latest[partition]
  }

  mutating func read(partition: Int, from state: inout StateReader) throws(StateError) {
    latest[partition] = nil
    guard try state.flag() else { return }
    let day = try state.time()
    var tallies = try SegmentTallies(from: &state)
    if state.format >= 4 { try tallies.readAdded(from: &state) }
    latest[partition] = (day, tallies)
  }
}
