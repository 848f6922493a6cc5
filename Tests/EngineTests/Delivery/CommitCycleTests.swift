import Testing
import ThermoclineCore
import ThermoclineEngine

/// Every way in which the steps of a few transactions can fail, against a broker that does with a late request what a
/// real one does.
@Suite struct CommitCycleTests {
  private typealias Step = CommitCycle.Step

  /// Tries all choices, one run after the other, as an odometer counts.
  private struct Choices {
    private var taken: [(choice: Int, count: Int)] = []
    private var place = 0

    mutating func choose(_ count: Int) -> Int {
      if place == taken.count { taken.append((0, count)) }
      defer { place += 1 }
      return taken[place].choice
    }

    /// False when all were tried.
    mutating func next() -> Bool {
      place = 0
      while let last = taken.popLast() {
        if last.choice + 1 < last.count {
          taken.append((last.choice + 1, last.count))
          return true
        }
      }
      return false
    }
  }

  /// What becomes of one step.
  private enum Fate: CaseIterable {
    case success, retriable, abortable, lost, fenced
    /// No answer: it had its effect, never has it, or has it two steps later.
    case silentlyDone, silentlyNot, late
  }

  /// A broker with one transactional id, whose producers are told apart by their epochs.
  private struct Broker {
    var epoch = 0
    /// Records and position of the transaction under way.
    var transaction: (records: [Int], position: Int?)?
    var visible: [Int] = []
    var position = 0
    var mark = -1
    /// A commit or an abort on its way, and after how many steps it arrives.
    var late: (epoch: Int, isCommit: Bool, mark: Int, steps: Int)?
    /// The producer's own view: it has begun.
    var hasBegun = false

    mutating func end(commit: Bool, mark: Int) {
      if let transaction, commit {
        visible += transaction.records
        if let position = transaction.position {
          self.position = position
          self.mark = mark
        }
      }
      transaction = nil
    }

    mutating func tick() {
      guard var late else { return }
      late.steps -= 1
      self.late = late.steps > 0 ? late : nil
      if late.steps == 0, late.epoch == epoch { end(commit: late.isCommit, mark: late.mark) }
    }
  }

  /// The shell of one run.
  private struct Run {
    var cycle = CommitCycle()
    var broker = Broker()
    var choices: Choices
    var faultsLeft: Int
    var published: [Int] = []
    var kept: [Int] = []
    var number = 0
    var steps: [Step] = []
    /// Control goes back while the brokers are away.
    var returnsWhileWaiting = false

    mutating func publish() -> CommitCycle.Action {
      published.append(published.count)
      kept.append(published.count - 1)
      return drive(cycle.publish(isRepeatable: true))
    }

    mutating func commit() -> CommitCycle.Action {
      number += 1
      let end = drive(cycle.commit(hasOffsets: true))
      if end == .done(.committed) { kept = [] }
      return end
    }

    /// Goes on until nothing is under way, as `makeRoom` does.
    mutating func settle(_ first: CommitCycle.Action) -> CommitCycle.Action {
      var end = first
      while case .wait = end {
        end = drive(cycle.resume())
        if end == .done(.committed) { kept = [] }
      }
      return end
    }

    mutating func drive(_ first: CommitCycle.Action) -> CommitCycle.Action {
      var action = first
      while true {
        switch action {
        case .wait where returnsWhileWaiting && cycle.isWaiting: return action
        case .perform(let step), .wait(_, let step): action = perform(step)
        case .done, .fail: return action
        }
      }
    }

    private mutating func perform(_ step: Step) -> CommitCycle.Action {
      steps.append(step)
      broker.tick()
      var fates: [Fate] = [.success]
      if faultsLeft > 0 {
        fates = Fate.allCases
        if step != .sendOffsets && step != .commit { fates.removeAll { $0 == .lost } }
        if step != .commit && step != .abort { fates.removeAll { $0 == .late } }
      }
      let fate = fates[choices.choose(fates.count)]
      if fate != .success { faultsLeft -= 1 }
      switch fate {
      case .retriable: return cycle.failed(.retriable)
      case .abortable: return cycle.failed(.abortable)
      case .lost: return cycle.failed(.lost)
      case .fenced: return cycle.failed(.fenced)
      case .silentlyNot: return cycle.failed(.indefinite, isOutage: true)
      case .late:
        broker.late = (broker.epoch, step == .commit, number, 2)
        return cycle.failed(.indefinite, isOutage: true)
      case .silentlyDone:
        _ = take(step)
        return cycle.failed(.indefinite, isOutage: true)
      case .success:
        if let wasCommitted = take(step) { return cycle.resolved(wasCommitted: wasCommitted) }
        return cycle.succeeded()
      }
    }

    /// The step's effect; for `resolve` the answer.
    private mutating func take(_ step: Step) -> Bool? {
      switch step {
      case .open:
        broker.epoch += 1
        broker.hasBegun = false
        broker.end(commit: false, mark: 0)
      case .resolve: return broker.mark == number
      case .begin:
        #expect(!broker.hasBegun, "a transaction in a transaction")
        broker.hasBegun = true
        broker.transaction = ([], nil)
      case .produce:
        #expect(broker.hasBegun)
        // A late abort may have ended it: the broker then begins another.
        broker.transaction = broker.transaction ?? ([], nil)
        broker.transaction?.records.append(kept[cycle.producedCount])
      case .flush: #expect(broker.hasBegun)
      case .sendOffsets:
        #expect(broker.hasBegun)
        broker.transaction = broker.transaction ?? ([], nil)
        broker.transaction?.position = published.count
      case .commit:
        broker.end(commit: true, mark: number)
        broker.hasBegun = false
      case .abort:
        broker.end(commit: false, mark: 0)
        broker.hasBegun = false
      }
      return nil
    }
  }

  private func explore(faults: Int, _ script: (inout Run) -> Void) -> Int {
    var choices = Choices()
    var runs = 0
    repeat {
      var run = Run(choices: choices, faultsLeft: faults)
      script(&run)
      choices = run.choices
      runs += 1
    } while choices.next()
    return runs
  }

  @Test(
    "whatever fails, in whatever order, every output is visible once and its position with it",
    arguments: [false, true])
  func everyFailure(returns: Bool) {
    let runs = explore(faults: 2) { run in
      run.returnsWhileWaiting = returns
      var end = run.settle(run.publish())
      for _ in 0..<2 {
        guard end == .done(.published) else { break }
        end = run.settle(run.publish())
        guard end == .done(.published) else { break }
        end = run.commit()
        // The group counts us again, or the brokers are back: the commit is made once more.
        while true {
          if case .wait = end {
            end = run.settle(end)
            if case .fail = end { break }
          } else if end != .done(.postponed) {
            break
          }
          end = run.commit()
        }
        guard end == .done(.committed) else { break }
        if run.broker.visible.count < 5 { end = run.settle(run.publish()) }
      }
      let seen = run.broker.visible
      #expect(seen == Array(0..<seen.count), "in order, none twice: \(run.steps)")
      #expect(seen.count == run.broker.position, "outputs and position together: \(run.steps)")
      if case .done = end {
        #expect(seen.count >= 4 && run.kept.count + seen.count == run.published.count)
      } else {
        #expect(end == .fail(.fenced))
      }
    }
    #expect(runs > 1_000, "\(runs) runs")
  }

  @Test(
    "what was lost is never visible, and what comes after it is; also when the brokers were away",
    arguments: [false, true])
  func everyLoss(returns: Bool) {
    _ = explore(faults: 2) { run in
      run.returnsWhileWaiting = returns
      var end = run.publish()
      if end == .done(.published) { end = run.commit() }
      if case .fail = end { return }
      var isUnclear = false
      if case .wait = end { isUnclear = true }
      var before = run.broker.visible
      run.kept = []
      end = run.settle(run.drive(run.cycle.discard()))
      if case .fail = end { return }
      #expect(end == .done(.discarded))
      // A commit that was under way may have come about, and then its position with it.
      if isUnclear { before = run.broker.visible }
      #expect(run.broker.visible == before && before.count == run.broker.position)
      run.returnsWhileWaiting = false
      end = run.publish()
      guard end == .done(.published) else { return }
      end = run.commit()
      while end == .done(.postponed) { end = run.commit() }
      if case .fail = end { return }
      #expect(run.broker.visible == before + [1], "\(run.steps)")
    }
  }

  @Test("after a commit without an answer nothing is begun before its outcome is known")
  func unanswered() {
    var cycle = CommitCycle()
    #expect(cycle.publish(isRepeatable: true) == .perform(.open))
    #expect(cycle.succeeded() == .perform(.begin))
    #expect(cycle.succeeded() == .perform(.produce))
    #expect(cycle.succeeded() == .done(.published))
    #expect(cycle.commit(hasOffsets: true) == .perform(.flush))
    #expect(cycle.succeeded() == .perform(.sendOffsets))
    #expect(cycle.succeeded() == .perform(.commit))
    #expect(cycle.failed(.indefinite) == .wait(milliseconds: 20, then: .open))
    #expect(cycle.succeeded() == .perform(.resolve))
    #expect(cycle.resolved(wasCommitted: false) == .perform(.begin))
    #expect(cycle.succeeded() == .perform(.produce))
  }

  @Test(
    "outputs that were not kept cannot be handed over again: the job ends; so does one that fails for ever"
  )
  func ends() {
    var cycle = CommitCycle()
    _ = cycle.publish(isRepeatable: false)
    _ = cycle.succeeded()
    _ = cycle.succeeded()
    #expect(cycle.succeeded() == .done(.published))
    _ = cycle.commit(hasOffsets: true)
    #expect(cycle.failed(.abortable) == .perform(.abort))
    #expect(cycle.succeeded() == .fail(.unrepeatable))
    #expect(cycle.commit(hasOffsets: true) == .fail(.unrepeatable), "for good")

    var unlucky = CommitCycle()
    var action = unlucky.start()
    var attempts = 0
    while action != .fail(.outOfPatience), attempts < 1_000 {
      attempts += 1
      action = unlucky.failed(.retriable)
    }
    #expect(attempts == 61)
  }

  @Test("brokers that are away are waited for, however long, and failures are counted from then on")
  func outage() {
    var cycle = CommitCycle()
    var action = cycle.start()
    for _ in 0..<10_000 {
      action = cycle.failed(.indefinite, isOutage: true)
      #expect(cycle.isWaiting)
    }
    #expect(action == .wait(milliseconds: 1_000, then: .open))
    #expect(cycle.succeeded() == .done(.started) && !cycle.isWaiting)
    _ = cycle.publish(isRepeatable: true)
    for _ in 0..<Limits.deliveryFailuresMax { action = cycle.failed(.retriable) }
    #expect(action != .fail(.outOfPatience))
    #expect(cycle.failed(.retriable) == .fail(.outOfPatience))
  }

  @Test("records without a position need none; an unanswered commit of them cannot be looked up")
  func withoutPosition() {
    var cycle = CommitCycle()
    _ = cycle.publish(isRepeatable: true)
    for _ in 0..<3 { _ = cycle.succeeded() }
    #expect(cycle.commit(hasOffsets: false) == .perform(.flush))
    #expect(cycle.succeeded() == .perform(.commit))
    _ = cycle.failed(.indefinite)
    #expect(cycle.succeeded() == .fail(.unknown))
  }

  @Test("nothing to say is no transaction")
  func nothing() {
    var cycle = CommitCycle()
    #expect(cycle.start() == .perform(.open))
    #expect(cycle.succeeded() == .done(.started))
    #expect(cycle.commit(hasOffsets: false) == .done(.committed))
    #expect(cycle.discard() == .done(.discarded))
  }
}
