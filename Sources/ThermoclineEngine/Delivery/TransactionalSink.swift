import ThermoclineCore

/// Publishes outputs and positions together: all of a commit interval becomes visible at once, or none of it.
///
/// Performs what `CommitCycle` asks for, and keeps the outputs until they are committed. While the brokers are away it
/// returns between two tries, and takes no more.
package final class TransactionalSink: OutputSink {
  /// What is worth a line in the log.
  package enum Report: Sendable {
    case failed(CommitCycle.Step, DeliveryFault)
    /// It turned out whether a transaction came about whose commit was not answered.
    case resolved(wasCommitted: Bool)
    case postponed
    case discarded
  }

  private let port: any TransactionPort
  private let session: String
  private let pause: (_ milliseconds: Int) -> Void
  private let report: (Report) -> Void
  private var cycle = CommitCycle()
  private var kept: KeptOutputs
  private var progress: [PartitionProgress] = []
  /// Counts the transactions, for their marks.
  private var number = 0
  private var lastFault: DeliveryFault?

  /// - Parameters:
  ///   - session: a text that no other process uses, for the marks of transactions; at most 64 bytes.
  ///   - pause: waits; the simulator lets its own time pass.
  package init(
    _ port: any TransactionPort, session: String, keptBytesMax: Int = Limits.keptOutputBytesMax,
    pause: @escaping (_ milliseconds: Int) -> Void, report: @escaping (Report) -> Void
  ) {
    self.port = port
    self.session = session
    self.pause = pause
    self.report = report
    kept = KeptOutputs(bytesMax: keptBytesMax)
  }

  package func start() throws(OutputSinkError) {
    var outcome = try run(cycle.start())
    for _ in 1..<Limits.deliveryStartsMax where outcome == nil { outcome = try run(cycle.resume()) }
    if outcome == nil { throw OutputSinkError("the brokers do not answer\(why)") }
  }

  package func makeRoom() throws(OutputSinkError) {
    guard cycle.isWaiting else { return }
    guard let outcome = try run(cycle.resume()) else { throw outage }
    // The commit is made once more, with the same positions and nothing to publish.
    if outcome == .committed { kept.clear() }
    kept.release(first: cycle.producedCount)
  }

  package func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    if batch.records.isEmpty { return }
    kept.take(batch)
    _ = try run(cycle.publish(isRepeatable: kept.isComplete))
    kept.release(first: cycle.producedCount)
  }

  package func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {
    self.progress = progress.filter(\.isWorthCommitting)
    number += 1
    switch try run(cycle.commit(hasOffsets: !self.progress.isEmpty)) {
    case .postponed:
      report(.postponed)
      throw OutputSinkError(
        "the consumer group does not count this process as a member now", isPassing: true)
    case nil: throw outage
    default: kept.clear()
    }
  }

  package func discard() throws(OutputSinkError) {
    kept.clear()
    _ = try run(cycle.discard())
    report(.discarded)
  }

  private var mark: String { "\(session).\(number)" }

  /// nil = the brokers are away; what is under way goes on with `resume`.
  private func run(_ first: CommitCycle.Action) throws(OutputSinkError) -> CommitCycle.Outcome? {
    var action = first
    while true {
      switch action {
      case .done(let outcome): return outcome
      case .fail(let failure): throw OutputSinkError(text(failure))
      case .perform(let step): action = perform(step)
      case .wait(let milliseconds, let step):
        pause(milliseconds)
        if cycle.isWaiting { return nil }
        action = perform(step)
      }
    }
  }

  private func perform(_ step: CommitCycle.Step) -> CommitCycle.Action {
    do throws(DeliveryFault) {
      switch step {
      case .open: try port.open()
      case .resolve:
        let wasCommitted = try port.isCommitted(mark, progress)
        report(.resolved(wasCommitted: wasCommitted))
        return cycle.resolved(wasCommitted: wasCommitted)
      case .begin: try port.begin()
      case .produce: try port.produce(kept.batches[cycle.producedCount])
      case .flush: try port.flush()
      case .sendOffsets: try port.sendOffsets(progress, mark: mark)
      case .commit: try port.commit()
      case .abort: try port.abort()
      }
      return cycle.succeeded()
    } catch {
      lastFault = error
      report(.failed(step, error))
      return cycle.failed(error.kind, isOutage: error.isOutage)
    }
  }

  private var outage: OutputSinkError {
    OutputSinkError("the brokers do not take the outputs\(why)", isPassing: true)
  }

  /// The last fault, as the end of a sentence.
  private var why: String { lastFault.map { ": \($0)" } ?? "" }

  private func text(_ failure: CommitCycle.Failure) -> String {
    switch failure {
    case .fenced:
      "another process with the same kafka.instance has taken over\(why); give each instance its own"
    case .refused: "the outputs cannot be published in transactions\(why)"
    case .outOfPatience:
      "the outputs could not be committed after \(Limits.deliveryFailuresMax) failures\(why); "
        + "nothing was committed of them, they are made again after a restart"
    case .unrepeatable:
      "a transaction was aborted that had more than the \(Limits.keptOutputBytesMax) bytes of outputs that are "
        + "kept\(why); they are made again after a restart"
    case .unknown:
      "whether a transaction without positions was committed cannot be found out\(why); "
        + "start again, which makes what is missing"
    }
  }
}
