import ThermoclineCore
import ThermoclineHealth

/// What a partition judges its accounts by now, where a policy judges any against peers: how all did at the last midnight
/// at least a day ago.
struct PeerView {
  private var day = EventTime.distantPast
  private var table: PeerTable?
  private var yardsticks: [SegmentWords: [PeerYardstick?]] = [:]

  /// The midnight whose figures a tick is judged by.
  static func day(of tick: EventTime) -> EventTime { tick.floor(to: .days(1)) - .days(1) }

  /// Goes over to what a final tick is judged by.
  mutating func renew(for tick: EventTime, _ board: SegmentBoard, _ plan: PolicyPlan) {
    let day = Self.day(of: tick)
    guard day != self.day else { return }
    self.day = day
    table = board.peers(day, plan)
    yardsticks.removeAll(keepingCapacity: true)
  }

  /// The words have other places now.
  mutating func forgetWords() { yardsticks.removeAll() }

  /// By what the accounts of a segment are judged.
  mutating func yardsticks(
    _ words: SegmentWords, _ profiles: inout ProfileRegister, _ plan: PolicyPlan
  ) -> [PeerYardstick?] {
    if let known = yardsticks[words] { return known }
    let found =
      table?.yardsticks(for: words.segment(&profiles))
      ?? Array(repeating: nil, count: plan.peerMeasures.count)
    yardsticks[words] = found
    return found
  }
}

extension PeerView {
  func write(to state: inout StateWriter) { state.write(day) }

  mutating func read(
    from state: inout StateReader, _ board: SegmentBoard, _ plan: PolicyPlan
  ) throws(StateError) {
    day = try state.time()
    table = day > .distantPast ? board.peers(day, plan) : nil
    yardsticks.removeAll()
  }
}
