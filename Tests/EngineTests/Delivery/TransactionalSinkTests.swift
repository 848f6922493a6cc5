import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit

@Suite struct TransactionalSinkTests {
  /// A port that fails where it is told to.
  private final class Port: TransactionPort {
    var calls: [String] = []
    /// By step, the faults of its next calls; nil = success.
    var faults: [String: [DeliveryFault.Kind?]] = [:]
    var transaction: [String] = []
    var visible: [String] = []
    var marks: [String] = []
    var isCommittedAnswer = false
    /// Nothing is answered, or nothing from this step on.
    var isAway = false
    var isAwayFrom: String?
    var resolved: [String] = []

    private func call(_ name: String) throws(DeliveryFault) {
      calls.append(name)
      if name == isAwayFrom { isAway = true }
      if isAway { throw DeliveryFault(.indefinite, "nobody answers", isOutage: true) }
      guard faults[name]?.isEmpty == false, let kind = faults[name]!.removeFirst() else { return }
      throw DeliveryFault(kind, "told to fail")
    }
    func open() throws(DeliveryFault) {
      try call("open")
      transaction = []
    }
    func isCommitted(
      _ mark: String, _ progress: [PartitionProgress]
    ) throws(DeliveryFault) -> Bool {
      try call("resolve")
      resolved.append(mark)
      return isCommittedAnswer
    }
    func begin() throws(DeliveryFault) { try call("begin") }
    func produce(_ batch: OutputBatch) throws(DeliveryFault) {
      try call("produce")
      transaction += batch.said.map(\.key)
    }
    func flush() throws(DeliveryFault) { try call("flush") }
    func sendOffsets(_ progress: [PartitionProgress], mark: String) throws(DeliveryFault) {
      try call("sendOffsets")
      marks.append(mark)
    }
    func commit() throws(DeliveryFault) {
      try call("commit")
      visible += transaction
      transaction = []
    }
    func abort() throws(DeliveryFault) {
      try call("abort")
      transaction = []
    }
  }

  private let port = Port()

  private func sink(keptBytesMax: Int = 1_000) -> TransactionalSink {
    TransactionalSink(
      port, session: "s", keptBytesMax: keptBytesMax, pause: { _ in }, report: { _ in })
  }

  private func batch(_ keys: String...) -> OutputBatch {
    let batch = OutputBatch()
    for key in keys { batch.add(.changes, key: key, at: monday) { $0.value(Int64(1)) } }
    return batch
  }

  private let progress = [PartitionProgress(partition: 0, nextPosition: 5, watermark: monday)]

  @Test("an aborted transaction's outputs are handed over again, in order, and are visible once")
  func again() throws {
    port.faults = ["sendOffsets": [.abortable, nil], "commit": [nil, .indefinite]]
    let sink = sink()
    try sink.publish(batch("a", "b"))
    try sink.publish(batch())
    try sink.publish(batch("c"))
    try sink.commit(progress)
    #expect(port.visible == ["a", "b", "c"])
    #expect(port.marks == ["s.1"])
    // A commit that is not answered and was not made: the same outputs, a new producer.
    try sink.publish(batch("d"))
    try sink.commit(progress)
    #expect(port.visible == ["a", "b", "c", "d"])
    #expect(
      port.calls.suffix(8) == [
        "commit", "open", "resolve", "begin", "produce", "flush", "sendOffsets", "commit",
      ])
  }

  @Test("a commit that was made although nobody answered is not made again")
  func madeAfterAll() throws {
    port.faults = ["commit": [.indefinite]]
    port.isCommittedAnswer = true
    let sink = sink()
    try sink.publish(batch("a"))
    try sink.commit(progress)
    #expect(port.calls.suffix(3) == ["commit", "open", "resolve"])
    try sink.publish(batch("b"))
    try sink.commit(progress)
    #expect(port.visible == ["b"], "what the broker committed by itself is not counted here")
  }

  @Test("without a member of the group the commit waits and everything is kept")
  func postponed() throws {
    port.faults = ["sendOffsets": [.lost]]
    let sink = sink()
    try sink.publish(batch("a"))
    let error = #expect(throws: OutputSinkError.self) { try sink.commit(progress) }
    #expect(error?.isPassing == true)
    #expect(port.visible.isEmpty && port.calls.last == "abort")
    try sink.publish(batch("b"))
    try sink.commit(progress)
    #expect(port.visible == ["a", "b"])
  }

  @Test("while the brokers are away nothing is taken; afterwards everything is visible once")
  func outage() throws {
    let sink = sink()
    try sink.makeRoom()
    try sink.publish(batch("a"))
    port.isAway = true
    for _ in 0..<1_000 {
      let error = #expect(throws: OutputSinkError.self) {
        try sink.makeRoom()
        try sink.commit(progress)
      }
      #expect(error?.isPassing == true && error?.description.contains("nobody answers") == true)
    }
    // It was the flush that failed: no commit is unclear.
    port.isAway = false
    try sink.makeRoom()
    try sink.publish(batch("b"))
    try sink.commit(progress)
    #expect(port.visible == ["a", "b"])
  }

  @Test(
    "a commit that nobody answered is looked up when the brokers are back",
    arguments: [true, false])
  func unansweredCommit(wasCommitted: Bool) throws {
    let sink = sink()
    try sink.publish(batch("a"))
    try sink.commit(progress)
    port.isCommittedAnswer = wasCommitted
    port.isAwayFrom = "commit"
    try sink.publish(batch("b"))
    let error = #expect(throws: OutputSinkError.self) { try sink.commit(progress) }
    #expect(error?.isPassing == true)
    #expect(throws: OutputSinkError.self) { try sink.makeRoom() }
    port.isAwayFrom = nil
    port.isAway = false
    port.visible = []
    try sink.makeRoom()
    try sink.publish(batch("c"))
    try sink.commit(progress)
    #expect(port.visible == (wasCommitted ? ["c"] : ["b", "c"]))
    // It is the unanswered one that is asked for, not the one that follows.
    #expect(port.resolved.last == "s.2")
  }

  @Test("what is lost while the brokers are away is discarded without waiting for them")
  func discardedWhileAway() throws {
    let sink = sink()
    try sink.publish(batch("a"))
    port.isAway = true
    #expect(throws: OutputSinkError.self) { try sink.commit(progress) }
    try sink.discard()
    #expect(throws: OutputSinkError.self) { try sink.makeRoom() }
    port.isAway = false
    try sink.makeRoom()
    try sink.publish(batch("b"))
    try sink.commit(progress)
    #expect(port.visible == ["b"])
  }

  @Test("a start without brokers ends after a few tries")
  func startWhileAway() {
    port.isAway = true
    let error = #expect(throws: OutputSinkError.self) { try sink().start() }
    #expect(error?.isPassing == false)
    #expect(port.calls.count == Limits.deliveryStartsMax)
  }

  @Test("what was lost is discarded")
  func discarded() throws {
    let sink = sink()
    try sink.publish(batch("a"))
    try sink.discard()
    try sink.publish(batch("b"))
    try sink.commit(progress)
    #expect(port.visible == ["b"])
  }

  @Test("more than can be kept is still published; only an abort ends the job then")
  func tooMuch() throws {
    let large = sink(keptBytesMax: 4)
    for key in ["a", "b", "c", "d"] { try large.publish(batch(key)) }
    try large.commit(progress)
    #expect(port.visible == ["a", "b", "c", "d"])
    try large.publish(batch("e"))
    try large.commit(progress)
    #expect(port.visible.count == 5)
    for key in ["f", "g", "h"] { try large.publish(batch(key)) }
    port.faults = ["flush": [.abortable]]
    let error = #expect(throws: OutputSinkError.self) { try large.commit(progress) }
    #expect(error?.description.contains("made again after a restart") == true)
    #expect(port.visible.count == 5)
  }

  @Test(
    "fencing and a refusal end the job and say why",
    arguments: [
      (DeliveryFault.Kind.fenced, "kafka.instance"), (.refused, "told to fail"),
    ])
  func fatal(kind: DeliveryFault.Kind, word: String) {
    port.faults = ["open": [kind]]
    let error = #expect(throws: OutputSinkError.self) { try sink().start() }
    #expect(error?.isPassing == false && error?.description.contains(word) == true)
  }
}
