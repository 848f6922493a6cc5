import Synchronization
import ThermoclineCore
import ThermoclineHealth

/// Where partitions tell each other, once an event-time day, how their accounts do (`DaySummary`).
///
/// A day is judged when every partition has told its part, so that no verdict depends on which partition
/// was faster. A partition without data, or one that stands still, is set idle and waited for no longer.
/// The lock is taken once a partition and day, never for an event.
///
/// Where a job has several instances, the partitions of the others are waited for as well, and what they tell is
/// *heard*, through a topic (`SegmentExchange`).
package final class SegmentBoard: Sendable {
  private let state = Mutex(State())

  private struct State {
    /// Last day told by each partition; `distantPast` before the first.
    var told: [Int: EventTime] = [:]
    var idle: Set<Int> = []
    /// The partitions that this process works on.
    var own: Set<Int> = []
    /// What came of each partition through the topic; empty where there is none.
    var heard: [Int: Heard] = [:]
    /// Up to which day all that a partition's days came to is committed: by us, or as we heard.
    var committed: [Int: EventTime] = [:]
    /// Own partitions that are idle, and of which the other instances know it.
    var announced: Set<Int> = []
    /// What the partitions told of the days not judged yet, by partition.
    var parts: [EventTime: [Int: DaySummary]] = [:]
    var days = SettledDays()
    var outages = OutageWatch()
    var tallies = TallyBook()
    /// Days up to this one were settled before a checkpoint that was restored; `distantPast` without one.
    var settledBefore = EventTime.distantPast
  }
  private struct Heard {
    /// The last day it told or passed, the last one whose part is here, and the last one of which it has said all.
    var day = EventTime.distantPast
    var part = EventTime.distantPast
    var said = EventTime.distantPast
    var isIdle = false
  }

  /// Days that were told and that nobody here has judged: more come up only where no partition of ours has anything
  /// to judge, and the oldest go. A topic of days keeps 120 of them by default.
  static let daysToldMax = 400

  /// `partitions`: how many all instances together have, which are heard of through a topic; nil where nothing is heard of
  /// others.
  package init(sharedBy partitions: Int? = nil) {
    state.withLock {
      for partition in 0..<(partitions ?? 0) {
        $0.heard[partition] = Heard()
        $0.told[partition] = .distantPast
      }
    }
  }

  /// From now on this partition is ours, and waited for until it has told us itself.
  package func open(_ partition: Int) {
    state.withLock {
      guard $0.own.insert(partition).inserted else { return }
      $0.told[partition] = .distantPast
      $0.idle.remove(partition)
    }
  }

  /// The partition is no longer ours, or has nothing more to tell.
  package func close(_ partition: Int) {
    state.withLock {
      $0.own.remove(partition)
      $0.announced.remove(partition)
      if let heard = $0.heard[partition] {
        // Another instance goes on with it.
        $0.told[partition] = max($0.told[partition] ?? .distantPast, heard.day)
        if !heard.isIdle { $0.idle.remove(partition) }
      } else {
        $0.told[partition] = nil
        $0.committed[partition] = nil
        $0.idle.remove(partition)
        $0.tallies.close(partition)
      }
    }
  }

  /// The partition has no data for now and is not waited for until it tells a day again.
  package func setIdle(_ partition: Int) { state.withLock { _ = $0.idle.insert(partition) } }

  /// Whether the other instances are still to be told that the partition is idle.
  package func mustAnnounce(_ partition: Int) -> Bool {
    state.withLock {
      $0.heard[partition] != nil && $0.idle.contains(partition)
        && !$0.announced.contains(partition)
    }
  }

  /// They were told.
  package func announced(_ partition: Int) {
    state.withLock { _ = $0.announced.insert(partition) }
  }

  /// What another instance told of a day of its partition; nil when it passed it without a word. Of a partition that is
  /// ours meanwhile, what its owner before us told.
  func hear(_ day: EventTime, of partition: Int, _ summary: DaySummary?) {
    state.withLock { state in
      guard var heard = state.heard[partition] else { return }
      let isOwn = state.own.contains(partition)
      heard.day = max(heard.day, day)
      heard.isIdle = false
      if !isOwn {
        state.told[partition] = max(state.told[partition] ?? .distantPast, day)
        state.idle.remove(partition)
      }
      // Whoever takes a partition over tells some days again; an echo of what we told ourselves tells nothing.
      if let summary, day > heard.part {
        heard.part = day
        if !isOwn || (state.told[partition] ?? .distantPast) < day {
          Self.enter(day, partition, summary, &state)
        }
      }
      state.heard[partition] = heard
    }
  }

  /// Whether what a partition told of a day came through the topic.
  func hasHeard(_ day: EventTime, of partition: Int) -> Bool {
    state.withLock { $0.heard[partition].map { $0.part >= day } ?? true }
  }

  /// Whether it came through the topic that a partition is past a day, and has said all of the days up to `said`.
  func hasHeardPast(_ day: EventTime, said: EventTime, of partition: Int) -> Bool {
    state.withLock { $0.heard[partition].map { $0.day >= day && $0.said >= said } ?? true }
  }

  /// An instance has said all that the days of a partition up to this one came to: what is heard is committed.
  func hearSaid(_ day: EventTime, of partition: Int) {
    state.withLock { state in
      guard let heard = state.heard[partition] else { return }
      state.heard[partition]!.said = max(heard.said, day)
      Self.noteCommitted(day, of: partition, &state)
    }
  }

  /// All that the days of a partition up to this one came to is committed: nobody asks for it again.
  func noteCommitted(_ day: EventTime, of partition: Int) {
    state.withLock { Self.noteCommitted(day, of: partition, &$0) }
  }

  private static func noteCommitted(_ day: EventTime, of partition: Int, _ state: inout State) {
    guard day > state.committed[partition] ?? .distantPast, state.told[partition] != nil else {
      return
    }
    state.committed[partition] = day
    state.tallies.noteCommitted(day, of: partition)
  }

  /// Another instance's partition stands still.
  func hearIdle(_ partition: Int) {
    state.withLock { state in
      guard state.heard[partition] != nil else { return }
      state.heard[partition]!.isIdle = true
      if !state.own.contains(partition) { state.idle.insert(partition) }
    }
  }

  private static func enter(
    _ day: EventTime, _ partition: Int, _ summary: DaySummary, _ state: inout State
  ) {
    guard day > state.settledBefore else {
      return state.tallies.note(day, partition: partition, summary.tallies)
    }
    state.tallies.tell(day, partition: partition, summary.tallies)
    keep(day, partition, summary, &state)
  }

  /// Keeps a part until its day is judged, unless it was.
  private static func keep(
    _ day: EventTime, _ partition: Int, _ summary: DaySummary, _ state: inout State
  ) {
    guard state.days[day] == nil else { return }
    state.parts[day, default: [:]][partition] = summary
    if state.parts.count > daysToldMax { state.parts[state.parts.keys.min()!] = nil }
  }

  /// What the partition's accounts of one day came to.
  package func tell(_ day: EventTime, partition: Int, _ summary: DaySummary) {
    state.withLock { state in
      state.told[partition] = day
      state.idle.remove(partition)
      state.announced.remove(partition)
      if let heard = state.heard[partition], heard.part >= day { return }
      state.tallies.tell(day, partition: partition, summary.tallies)
      Self.keep(day, partition, summary, &state)
    }
  }

  /// The partition has nothing to tell of the days up to this one beyond what it told; true when that was news.
  package func pass(_ day: EventTime, partition: Int) -> Bool {
    state.withLock { state in
      guard let told = state.told[partition], told < day else { return false }
      state.told[partition] = day
      state.idle.remove(partition)
      state.announced.remove(partition)
      return true
    }
  }

  /// Whether a partition of ours has told this day or passed it.
  func hasTold(_ day: EventTime, partition: Int) -> Bool {
    state.withLock { $0.told[partition] ?? .distantPast >= day }
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
      return state.tallies.report(day, partition: partition)
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
    let parts = state.parts.removeValue(forKey: day) ?? [:]
    let told = parts.sorted { $0.key < $1.key }.map(\.value.evidence)
    var ground = AlertGround(told)
    // Outages are told from day to day: of days before a checkpoint they were.
    let outages =
      day > state.settledBefore ? state.outages.settle(day, told, &ground) : []
    let settled = SettledDay(
      ground: ground, outages: outages, speaker: parts.keys.min())
    state.days.add(settled, on: day)
    return settled
  }
}

extension SegmentBoard {
  /// The last day that every partition has told, if all that the days came to is committed and nobody is ahead; nil otherwise.
  ///
  /// Whoever goes on from there knows nothing of the days before beyond what later ones need: it could not say what was not said
  /// of them. The days put together are ahead where a partition came back after its outputs were discarded: whoever went on from
  /// that would say nothing of the days between, which nobody has said.
  package var restingDay: EventTime? { state.withLock { Self.restingDay($0) } }

  private static func restingDay(_ state: State) -> EventTime? {
    let last = state.told.values.max() ?? .distantPast
    let isEven = state.told.allSatisfy { $0.value == last || state.idle.contains($0.key) }
    let isCommitted = state.told.allSatisfy { state.committed[$0.key] ?? .distantPast >= $0.value }
    let isAhead = state.tallies.last > last
    let isSettled = state.parts.isEmpty && !state.tallies.isWaiting
    return isEven && isCommitted && isSettled && !isAhead ? last : nil
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

  /// Takes over what was written: the partition's own part, and what is known of all partitions' days where whoever wrote it
  /// had come further than this board. So had another instance while the partition was there.
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
      if max(board.settledBefore, board.days.last) < fresh.settledBefore {
        board.settledBefore = fresh.settledBefore
        board.outages = fresh.outages
        board.parts = board.parts.filter { $0.key > fresh.settledBefore }
        board.tallies.adopt(fresh.tallies, from: fresh.settledBefore, partition: partition)
      } else {
        board.tallies.take(partition: partition, from: own)
      }
      board.told[partition] = told
    }
  }
}
