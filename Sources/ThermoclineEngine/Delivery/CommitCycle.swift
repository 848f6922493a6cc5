import ThermoclineCore

/// The protocol of exactly-once delivery, as a state machine that does nothing itself: a shell performs the steps it
/// asks for and tells what came of them.
///
/// ```text
///  absent ──open──► ready ──begin──► open ──flush──► flushed ──offsets──► bound ──commit──► ready
///    ▲                ▲               │ any step that failed for certain    │
///    │                └────abort──────┴───────────── aborting ◄────────────┘
///    └── any step whose outcome is not known; after a commit: open, then find out whether it was made
/// ```
/// What was handed over in a transaction that did not come about is handed over again in the next one: the outputs are
/// kept by the shell until a commit succeeds, so the state they came from never has to go back. Only when the
/// partitions were lost are they discarded, for another process makes them.
package struct CommitCycle: Sendable {
  /// What the shell performs.
  package enum Step: Sendable, Equatable, CaseIterable {
    /// Make a new producer, which fences the one before and ends what it left open.
    case open
    /// Find out whether the transaction whose commit was not answered came about: `resolved`.
    case resolve
    case begin
    /// Hand over the kept batch with the number `producedCount`.
    case produce
    case flush, sendOffsets, commit, abort
  }

  package enum Action: Sendable, Equatable {
    case perform(Step)
    /// Wait so long, then perform the step.
    case wait(milliseconds: Int, then: Step)
    case done(Outcome)
    case fail(Failure)
  }

  package enum Outcome: Sendable, Equatable {
    /// There is a producer.
    case started
    /// Everything kept is with the producer.
    case published
    /// Everything kept, and the positions, are visible: nothing is kept any more.
    case committed
    /// Nothing was committed, for the group does not count this process as a member now. Everything is kept.
    case postponed
    /// Nothing that was kept will be visible.
    case discarded
  }

  package enum Failure: Sendable, Equatable {
    /// Another process has the transactional id.
    case fenced
    case refused
    /// It failed again and again.
    case outOfPatience
    /// A transaction did not come about whose outputs were too many to be kept.
    case unrepeatable
    /// Whether a transaction came about cannot be found out, for it had no positions.
    case unknown
  }

  private enum Phase { case absent, unclear, ready, open, flushed, bound, aborting }
  private enum Goal { case started, published, committed, discarded }

  private var phase = Phase.absent
  private var goal = Goal.started
  /// The commit of a transaction was not answered, and nobody has found out yet.
  private var isUnclear = false
  private var isLost = false
  private var hasOffsets = false
  /// Batches kept, and how many of them this transaction has.
  private var keptCount = 0
  package private(set) var producedCount = 0
  /// Not all that was handed over since the last commit is kept.
  private var isUnrepeatable = false
  /// Some of what is kept was handed over, in this transaction or in one that came to nothing.
  private var hasHandedOver = false
  /// Failures since the last commit, those among them that are no outage, and those of the step under way.
  private var attemptsCount = 0
  private var failuresCount = 0
  private var retriesCount = 0
  /// The last step failed because the brokers are away: a wait need not be sat out, `resume` goes on from here.
  package private(set) var isWaiting = false
  private var backOffMilliseconds = 0
  private var step = Step.open
  private var failure: Failure?

  /// How often a step is made again before its transaction is given up.
  private static let retriesMax = 5

  package init() {}

  // MARK: what the job wants

  /// Makes a producer, so that what is wrong shows before there is anything to lose.
  package mutating func start() -> Action { go(.started) }

  /// One batch more was kept. `isRepeatable` = all since the last commit are.
  package mutating func publish(isRepeatable: Bool) -> Action {
    keptCount += 1
    if !isRepeatable { isUnrepeatable = true }
    return go(.published)
  }

  /// Everything kept, and positions if there are any, are to become visible.
  package mutating func commit(hasOffsets: Bool) -> Action {
    self.hasOffsets = hasOffsets
    return go(.committed)
  }

  /// Goes on with what was wanted last.
  package mutating func resume() -> Action { next() }

  /// The partitions were lost: what was published since the last commit must not become visible. Where its commit was not
  /// answered, whoever reads the committed positions next sees how it ended: they cannot be read before it has.
  package mutating func discard() -> Action {
    (keptCount, producedCount) = (0, 0)
    (isUnrepeatable, hasHandedOver, hasOffsets, isLost) = (false, false, false, false)
    isUnclear = false
    switch phase {
    case .open, .flushed, .bound: phase = .aborting
    case .unclear: phase = .ready
    case .absent, .ready, .aborting: break
    }
    return go(.discarded)
  }

  private mutating func go(_ goal: Goal) -> Action {
    self.goal = goal
    return next()
  }

  // MARK: what came of a step

  /// The step did what it should.
  package mutating func succeeded() -> Action {
    retriesCount = 0
    isWaiting = false
    switch step {
    case .open:
      phase = isUnclear ? .unclear : .ready
      if !isUnclear { producedCount = 0 }
    case .resolve: preconditionFailure("what came of it is told by `resolved`")
    case .begin: phase = .open
    case .produce:
      producedCount += 1
      hasHandedOver = true
    case .flush: phase = hasOffsets ? .flushed : .bound
    case .sendOffsets: phase = .bound
    case .commit: forget()
    case .abort:
      phase = .ready
      producedCount = 0
    }
    return next()
  }

  /// The transaction whose commit was not answered was committed, or will never be.
  package mutating func resolved(wasCommitted: Bool) -> Action {
    retriesCount = 0
    isWaiting = false
    isUnclear = false
    phase = .ready
    producedCount = 0
    if wasCommitted { forget() }
    return next()
  }

  /// The step failed. `isOutage` = waiting may mend it, however long it takes.
  package mutating func failed(_ kind: DeliveryFault.Kind, isOutage: Bool = false) -> Action {
    attemptsCount += 1
    if !isOutage { failuresCount += 1 }
    isWaiting = isOutage
    backOffMilliseconds = min(1_000, 10 << min(attemptsCount, 7))
    switch kind {
    case .fenced: return fail(.fenced)
    case .refused: return fail(.refused)
    case .retriable:
      retriesCount += 1
      if retriesCount > Self.retriesMax { giveUp(isCertain: false) }
    case .abortable: giveUp(isCertain: true)
    case .lost:
      isLost = step == .sendOffsets || step == .commit
      giveUp(isCertain: true)
    case .indefinite:
      if step == .commit { isUnclear = true }
      phase = .absent
    }
    guard failuresCount <= Limits.deliveryFailuresMax else { return fail(.outOfPatience) }
    return next()
  }

  /// The step is not made again as it stands. `isCertain` = it had no effect and will have none.
  private mutating func giveUp(isCertain: Bool) {
    retriesCount = 0
    switch step {
    case .open, .resolve: break
    // Whether the transaction is begun, or ended, only a new producer makes sure of.
    case .begin, .abort: phase = .absent
    case .produce, .flush, .sendOffsets: phase = .aborting
    case .commit:
      phase = isCertain ? .aborting : .absent
      isUnclear = !isCertain
    }
  }

  // MARK: what to do next

  private mutating func next() -> Action {
    if let failure { return .fail(failure) }
    if mustRepeat, isUnrepeatable, keptCount > 0 { return fail(.unrepeatable) }
    switch phase {
    case .absent: return perform(.open)
    case .aborting: return perform(.abort)
    case .unclear: return hasOffsets ? perform(.resolve) : fail(.unknown)
    case .ready: return nextWithoutTransaction()
    case .open, .flushed, .bound: return nextInTransaction()
    }
  }

  private mutating func nextWithoutTransaction() -> Action {
    switch goal {
    case .started: return .done(.started)
    case .discarded: return .done(.discarded)
    case .published: return keptCount > 0 ? perform(.begin) : .done(.published)
    case .committed:
      if isLost { return postpone() }
      return keptCount > 0 || hasOffsets ? perform(.begin) : .done(.committed)
    }
  }

  private mutating func nextInTransaction() -> Action {
    switch goal {
    case .started: return .done(.started)
    case .discarded: preconditionFailure("what is discarded is aborted first")
    case .published: return producedCount < keptCount ? perform(.produce) : .done(.published)
    case .committed: break
    }
    switch phase {
    case .flushed: return perform(.sendOffsets)
    case .bound: return perform(.commit)
    default: return perform(producedCount < keptCount ? .produce : .flush)
    }
  }

  /// A transaction did not come about, or nobody knows whether it did.
  private var mustRepeat: Bool { phase == .ready && producedCount == 0 && hasHandedOver }

  private mutating func postpone() -> Action {
    isLost = false
    (attemptsCount, failuresCount, backOffMilliseconds) = (0, 0, 0)
    return .done(.postponed)
  }

  private mutating func perform(_ step: Step) -> Action {
    self.step = step
    guard backOffMilliseconds > 0, step != .abort else { return .perform(step) }
    defer { backOffMilliseconds = 0 }
    return .wait(milliseconds: backOffMilliseconds, then: step)
  }

  private mutating func fail(_ failure: Failure) -> Action {
    self.failure = failure
    return .fail(failure)
  }

  /// Nothing is kept any more.
  private mutating func forget() {
    phase = .ready
    (keptCount, producedCount) = (0, 0)
    (isUnrepeatable, hasHandedOver, hasOffsets, isLost) = (false, false, false, false)
    (attemptsCount, failuresCount, backOffMilliseconds) = (0, 0, 0)
  }
}
