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
    var parts: [EventTime: [DaySummary]] = [:]
    var medians: [EventTime: [Key: Double]] = [:]
    var tallies = TallyBook()
  }
  private struct Key: Hashable {
    var segment: String
    var rule: Int
  }

  /// Fewer accounts than this have no median of their own; the whole portfolio's is used instead.
  package static let peersMin = 20
  /// Days whose medians are remembered for partitions that come to them later.
  private static let daysKept = 400
  /// The segment of all accounts.
  private static let everyone = ""

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
      guard state.medians[day] == nil else { return }
      state.parts[day, default: []].append(summary)
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

  /// What an account of a segment is judged against. Call only for a complete day.
  package func context(_ day: EventTime, segment: String, rules: Int) -> SegmentContext {
    state.withLock { state in
      if state.medians[day] == nil { Self.settle(day, &state) }
      let medians = state.medians[day] ?? [:]
      return SegmentContext(
        peerRatios: (0..<rules).map {
          medians[Key(segment: segment, rule: $0)] ?? medians[Key(segment: Self.everyone, rule: $0)]
        })
    }
  }

  private static func settle(_ day: EventTime, _ state: inout State) {
    let told = (state.parts.removeValue(forKey: day) ?? []).map(\.ratios)
    var medians: [Key: Double] = [:]
    let rules = told.map(\.rulesCount).max() ?? 0
    for segment in Set(told.flatMap(\.segments)).union([everyone]) {
      for rule in 0..<rules {
        medians[Key(segment: segment, rule: rule)] = median(told, segment, rule)
      }
    }
    state.medians[day] = medians
    if state.medians.count > daysKept, let oldest = state.medians.keys.min() {
      state.medians[oldest] = nil
    }
  }

  /// nil with too few accounts.
  private static func median(_ told: [SegmentRatios], _ segment: String, _ rule: Int) -> Double? {
    var values: [Double] = []
    for part in told {
      for (place, name) in part.segments.enumerated() where segment == everyone || segment == name {
        values.append(contentsOf: part.lists[place * part.rulesCount + rule])
      }
    }
    return values.count < peersMin ? nil : values.median()
  }
}
