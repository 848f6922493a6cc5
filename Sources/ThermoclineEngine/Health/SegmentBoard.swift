import Synchronization
import ThermoclineCore
import ThermoclineHealth

/// Where partitions tell each other, once an event-time day, how their accounts do (`DaySummary`).
///
/// A day is judged when every partition has told its part, so that no verdict depends on which partition
/// was faster. A partition without data, or one that stands still, is set idle and waited for no longer.
/// The lock is taken once a partition and day, never for an event.
package final class SegmentBoard: Sendable {
  private let state = Mutex(State())

  private struct State {
    /// Last day told by each partition; `distantPast` before the first.
    var told: [Int: EventTime] = [:]
    var idle: Set<Int> = []
    /// What the partitions told of the days not judged yet.
    var parts: [EventTime: [Part]] = [:]
    var days: [EventTime: SettledDay] = [:]
    var outages = OutageWatch()
    var tallies = TallyBook()
    /// Days up to this one were settled before a checkpoint that was restored; `distantPast` without one.
    var settledBefore = EventTime.distantPast
  }
  private struct Part {
    var partition: Int
    var summary: DaySummary
  }

  /// Days remembered for partitions that come to them later.
  private static let daysKept = 400

  package init() {}

  /// From now on this partition is waited for.
  package func open(_ partition: Int) {
    state.withLock {
      if $0.told[partition] == nil { $0.told[partition] = .distantPast }
    }
  }

  /// The partition is no longer ours, or has nothing more to tell.
  package func close(_ partition: Int) {
    state.withLock {
      $0.told[partition] = nil
      $0.idle.remove(partition)
      $0.tallies.close(partition)
    }
  }

  /// The partition has no data for now and is not waited for until it tells a day again.
  package func setIdle(_ partition: Int) { state.withLock { _ = $0.idle.insert(partition) } }

  /// What the partition's accounts of one day came to.
  package func tell(_ day: EventTime, partition: Int, _ summary: DaySummary) {
    state.withLock { state in
      state.told[partition] = day
      state.idle.remove(partition)
      state.tallies.tell(day, partition: partition, summary.tallies)
      guard state.days[day] == nil else { return }
      state.parts[day, default: []].append(Part(partition: partition, summary: summary))
    }
  }

  /// The partition has nothing to tell of the days up to this one beyond what it told; true when that was news.
  package func pass(_ day: EventTime, partition: Int) -> Bool {
    state.withLock { state in
      guard let told = state.told[partition], told < day else { return false }
      state.told[partition] = day
      state.idle.remove(partition)
      return true
    }
  }

  /// Whether every partition that is waited for has told this day.
  package func isComplete(_ day: EventTime) -> Bool {
    state.withLock { state in
      state.told.allSatisfy { $0.value >= day || state.idle.contains($0.key) }
    }
  }

  /// The roll-ups of a day, if this partition is the one to publish them. Call only for a complete day.
  package func rollups(_ day: EventTime, partition: Int, _ plan: PolicyPlan) -> RollupReport? {
    state.withLock { state in
      state.tallies.settle(through: day, idle: state.idle, plan)
      return state.tallies.takeReport(day, partition: partition)
    }
  }

  /// How all accounts did on a day, for measures judged against peers; nil when nobody told of it. Call only for a
  /// complete day.
  package func peers(_ day: EventTime, _ plan: PolicyPlan) -> PeerTable? {
    state.withLock { state in
      state.tallies.settle(through: day, idle: state.idle, plan)
      return state.tallies.peers(day)
    }
  }

  /// What a day came to. Call only for a complete day.
  package func settled(_ day: EventTime) -> SettledDay {
    state.withLock { state in
      // In order, for outages are told from the days before.
      for earlier in state.parts.keys.filter({ $0 < day }).sorted() where state.days[earlier] == nil
      {
        _ = Self.settle(earlier, &state)
      }
      return state.days[day] ?? Self.settle(day, &state)
    }
  }

  private static func settle(_ day: EventTime, _ state: inout State) -> SettledDay {
    let parts = state.parts.removeValue(forKey: day) ?? []
    let told = parts.map(\.summary.evidence)
    var ground = AlertGround(told)
    // Outages are told from day to day: of days before a checkpoint they were.
    let outages =
      day > state.settledBefore ? state.outages.settle(day, told, &ground) : []
    let settled = SettledDay(
      ground: ground, outages: outages, speaker: parts.map(\.partition).min())
    state.days[day] = settled
    if state.days.count > daysKept, let oldest = state.days.keys.min() {
      state.days[oldest] = nil
    }
    return settled
  }
}

extension SegmentBoard {
  /// The last day that every partition has told, if nothing waits to be settled and nobody is ahead; nil otherwise.
  package var restingDay: EventTime? { state.withLock { Self.restingDay($0) } }

  private static func restingDay(_ state: State) -> EventTime? {
    let last = state.told.values.max() ?? .distantPast
    let isEven = state.told.allSatisfy { $0.value == last || state.idle.contains($0.key) }
    return isEven && state.parts.isEmpty && !state.tallies.isWaiting ? last : nil
  }

  /// Writes what is known of all partitions' days, and of this one's, if the board rests; gives the day where it does.
  func write(partition: Int, to state: inout StateWriter) -> EventTime? {
    // Under one lock: nobody tells a day between the question and the answer.
    self.state.withLock { board in
      guard let day = Self.restingDay(board) else { return nil }
      state.write(board.told[partition] ?? .distantPast)
      board.tallies.write(partition: partition, to: &state)
      state.write(day)
      board.outages.write(to: &state)
      board.tallies.write(to: &state)
      return day
    }
  }

  /// Takes over what was written. Where days were told here already, only the partition's own part counts.
  func read(
    partition: Int, from state: inout StateReader, _ plan: PolicyPlan
  ) throws(StateError) {
    let told = try state.time()
    var fresh = State()
    try fresh.tallies.read(partition: partition, from: &state)
    let own = fresh.tallies
    fresh.settledBefore = try state.time()
    try fresh.outages.read(from: &state)
    try fresh.tallies.read(from: &state, plan)
    self.state.withLock { board in
      let isFirst =
        board.settledBefore == .distantPast && board.days.isEmpty
        && board.told.values.allSatisfy { $0 == .distantPast }
      if isFirst {
        (fresh.told, fresh.idle) = (board.told, board.idle)
        board = fresh
      } else {
        board.tallies.take(partition: partition, from: own)
      }
      board.told[partition] = told
    }
  }
}
