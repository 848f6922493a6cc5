package import ThermoclineCore

/// The state machine of one alert: `quiet → pending → firing → recovering → quiet`.
///
///     phase       evidence                      clear                          neither
///     quiet       fire (pending first, if more  –                              –
///                 than one tick is asked for;
///                 nothing while cooling down)
///     pending     fire after enough ticks       withdraw                       withdraw
///     firing      –                             recover (resolve, if one tick  –
///                                               is enough)
///     recovering  relapse                       resolve after enough ticks     relapse
///
/// Between the level that is evidence and the level that is clear nothing changes, so an alert does
/// not flap.
package struct AlertLifeCycle: Sendable, Equatable, BitwiseCopyable {
  package enum Phase: UInt8, Sendable, BitwiseCopyable { case quiet, pending, firing, recovering }

  /// What a tick showed.
  package enum Finding: Sendable, CaseIterable { case evidence, clear, neither }

  /// What to publish.
  package enum Action: Sendable, Equatable {
    case nothing
    /// Evidence, but not yet for long enough.
    case wait
    case fire
    /// The evidence of a pending alert is gone.
    case withdraw
    case recover
    /// Recovering no more: firing again, as the same alert.
    case relapse
    case resolve
  }

  package private(set) var phase: Phase
  /// Ticks in a row that speak for leaving the phase.
  package private(set) var ticks: UInt8
  /// When the alert began; for a quiet one, when the last one ended.
  package private(set) var since: EventTime

  package init(phase: Phase = .quiet, ticks: UInt8 = 0, since: EventTime = .distantPast) {
    self.phase = phase
    self.ticks = ticks
    self.since = since
  }

  /// Takes the finding of the next tick.
  package mutating func step(
    _ finding: Finding, at time: EventTime, fireTicks: Int, clearTicks: Int, coolDown: TimeSpan
  ) -> Action {
    switch (phase, finding) {
    case (.quiet, .evidence):
      guard since == .distantPast || time - since >= coolDown else { return .nothing }
      since = time
      return advance(from: .pending, to: .firing, after: fireTicks, waiting: .wait, done: .fire)
    case (.pending, .evidence):
      return advance(from: .pending, to: .firing, after: fireTicks, waiting: .nothing, done: .fire)
    case (.pending, _):
      self = AlertLifeCycle()
      return .withdraw
    case (.firing, .clear):
      return end(
        advance(
          from: .recovering, to: .quiet, after: clearTicks, waiting: .recover, done: .resolve), time
      )
    case (.recovering, .clear):
      return end(
        advance(
          from: .recovering, to: .quiet, after: clearTicks, waiting: .nothing, done: .resolve), time
      )
    case (.recovering, _):
      phase = .firing
      ticks = 0
      return .relapse
    case (.quiet, _), (.firing, _):
      return .nothing
    }
  }

  private mutating func advance(
    from: Phase, to: Phase, after needed: Int, waiting: Action, done: Action
  ) -> Action {
    ticks += 1
    let isDone = ticks >= needed
    phase = isDone ? to : from
    if isDone { ticks = 0 }
    return isDone ? done : waiting
  }

  /// A resolved alert starts its cool-down.
  private mutating func end(_ action: Action, _ time: EventTime) -> Action {
    if action == .resolve { since = time }
    return action
  }
}
