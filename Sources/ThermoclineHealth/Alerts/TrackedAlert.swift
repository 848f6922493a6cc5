package import ThermoclineCore

/// One alert of one account: where it stands, and what consumers were told of it.
///
/// While a person's snooze holds, the alert lives on and nothing is published but the end of what was
/// published before; when it is over and the alert still there, the alert is published as it stands.
package struct TrackedAlert: Sendable, Equatable, BitwiseCopyable {
  package private(set) var lifeCycle = AlertLifeCycle()
  /// The phase that was published last; `quiet` = none, or the end.
  package private(set) var shown = AlertLifeCycle.Phase.quiet
  /// Tells the control that was published with it from others; 0 = none.
  private var shownMark: UInt32 = 0

  package init() {}

  /// Takes the finding of the next tick; what is to be published, nil = nothing. `look` is asked only where
  /// there is an alert.
  mutating func step(
    _ finding: AlertLifeCycle.Finding, at time: EventTime, _ timing: AlertTiming,
    control look: () -> AlertControl?
  ) -> AlertStep? {
    let began = lifeCycle.since
    let action = lifeCycle.step(
      finding, at: time, fireTicks: timing.fireTicks, clearTicks: timing.clearTicks,
      coolDown: timing.coolDown)
    let phase = lifeCycle.phase
    guard phase != .quiet || shown != .quiet else { return nil }
    // An alert that is over began before it was.
    let since = phase == .quiet ? began : lifeCycle.since
    let control = look().flatMap { $0.holds(at: time, since: since) ? $0 : nil }
    let mark = control?.mark ?? 0
    if control?.action == .snooze, phase != .quiet {
      // Only the snooze itself is news.
      guard shown != .quiet, mark != shownMark else { return nil }
    } else if phase == shown, mark == shownMark {
      return nil
    }
    let before = shown
    shown = phase
    shownMark = phase == .quiet ? 0 : mark
    return AlertStep(
      state: phase.state, action: action.state == phase.state ? action : phase.action, at: time,
      startsAt: since, control: control, before: before, phase: phase)
  }
}

/// How soon alerts fire, end and come again.
struct AlertTiming: Sendable {
  let fireTicks: Int
  let clearTicks: Int
  let coolDown: TimeSpan

  init(_ policy: AlertPolicy) {
    fireTicks = policy.fireTicks
    clearTicks = policy.clearTicks
    coolDown = policy.coolDown
  }
}

/// What is to be published of an alert at a tick.
package struct AlertStep: Sendable {
  package var state: AlertState
  /// What led to it; that of its state where a person's control begins or ends.
  package var action: AlertLifeCycle.Action
  package var at: EventTime
  package var startsAt: EventTime
  /// What a person says of it, while that holds.
  package var control: AlertControl?
  /// What consumers were told before, and what they are told now.
  package var before: AlertLifeCycle.Phase
  package var phase: AlertLifeCycle.Phase
}

extension AlertLifeCycle.Phase {
  fileprivate var state: AlertState {
    switch self {
    case .quiet: .resolved
    case .pending: .pending
    case .firing: .firing
    case .recovering: .recovering
    }
  }

  fileprivate var action: AlertLifeCycle.Action {
    switch self {
    case .quiet: .resolve
    case .pending: .wait
    case .firing: .fire
    case .recovering: .recover
    }
  }
}

extension AlertControl {
  /// Tells it from others, never 0: FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) of its parts, the lowest
  /// bit set.
  fileprivate var mark: UInt32 {
    var hash: UInt32 = 2_166_136_261
    for text in [
      action.rawValue, reason, author, "\(from)", expires.map { "\($0)" } ?? "",
    ] {
      for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
      hash = hash &* 16_777_619
    }
    return hash | 1
  }
}
