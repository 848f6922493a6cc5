import ThermoclineCore
import ThermoclineEngine

/// Brokers in one process, in simulated time: an input, output logs, transactions with epochs and fencing, and the
/// group's positions. What it does with a request that comes late is what brokers before KIP-890 do.
package final class SimulatedCluster {
  package struct Committed: Equatable {
    package var position: Int64
    package var mark: String
    /// What the commit says beside it.
    package var said: SaidTimes
    package var clock: EventTime?
  }
  struct Transaction {
    var since: Int
    var logs: Set<Int> = []
    var offsets: [Int: Committed] = [:]
    /// The end was accepted and is being written; then nobody can change it any more.
    var ending: (isCommit: Bool, at: Int)?
  }
  struct Producer {
    var number: Int
    var epoch = 0
    var transaction: Transaction?
  }

  /// Milliseconds.
  package private(set) var now = 0
  package private(set) var logs: [OutputLog]
  package var group: ConsumerGroup
  private(set) var committed: [Committed?]
  /// By transactional id, in the order of their first use.
  private var producers: [(id: String, producer: Producer)] = []
  private var late: [(at: Int, request: () -> Void)] = []
  private(set) var faults: [String] = []
  private(set) var counts = SimulationCounts()

  /// A transaction is aborted after so long.
  private static let timeoutMilliseconds = 30_000

  init(partitions: Int, outputLogs: Int) {
    logs = Array(repeating: OutputLog(), count: outputLogs)
    group = ConsumerGroup(partitions: partitions)
    committed = Array(repeating: nil, count: partitions)
  }

  // MARK: time

  func pass(_ milliseconds: Int) {
    now += milliseconds
    let due = late.filter { $0.at <= now }
    late.removeAll { $0.at <= now }
    for one in due { one.request() }
    for index in producers.indices {
      guard let transaction = producers[index].producer.transaction else { continue }
      if let ending = transaction.ending {
        if ending.at <= now { complete(index) }
      } else if now - transaction.since > Self.timeoutMilliseconds {
        // What the producer sends after this is refused.
        producers[index].producer.epoch += 1
        counts.timedOut += 1
        end(index, isCommit: false)
      }
    }
  }

  /// A request arrives when so much time has passed, whoever has sent it.
  func deliver(after milliseconds: Int, _ request: @escaping () -> Void) {
    counts.late += 1
    late.append((now + milliseconds, request))
  }

  /// No transaction is open and no request on its way.
  var isQuiet: Bool {
    late.isEmpty && producers.allSatisfy { $0.producer.transaction == nil }
  }

  // MARK: transactions

  /// Gives the id a new epoch. What an older producer with it left open is ended first.
  func initialize(_ id: String) -> Int {
    let index = index(of: id)
    if let ending = producers[index].producer.transaction?.ending {
      end(index, isCommit: ending.isCommit)
      complete(index)
    } else if producers[index].producer.transaction != nil {
      end(index, isCommit: false)
      complete(index)
    }
    producers[index].producer.epoch += 1
    return producers[index].producer.epoch
  }

  func append(
    _ records: [OutputLog.Record], id: String, epoch: Int
  ) throws(DeliveryFault) {
    let index = try check(id, epoch)
    var transaction = producers[index].producer.transaction ?? Transaction(since: now)
    for record in records {
      let log = Self.hash(record.key) % logs.count
      transaction.logs.insert(log)
      logs[log].append(record, producer: producers[index].producer.number)
    }
    producers[index].producer.transaction = transaction
  }

  /// - Parameter member: nil = none, which no broker checks.
  func add(
    _ offsets: [Int: Committed], id: String, epoch: Int, member: (id: Int, generation: Int)?
  ) throws(DeliveryFault) {
    let index = try check(id, epoch)
    if let member {
      guard group.isMember(member.id), group.generation == member.generation else {
        throw DeliveryFault(.lost, "the group does not know the member")
      }
    }
    var transaction = producers[index].producer.transaction ?? Transaction(since: now)
    transaction.offsets.merge(offsets) { $1 }
    producers[index].producer.transaction = transaction
  }

  /// Ends the transaction of a producer, if one is open; it takes effect now or a little later.
  func end(
    id: String, epoch: Int, isCommit: Bool, after milliseconds: Int
  ) throws(DeliveryFault) {
    let index = try check(id, epoch)
    guard producers[index].producer.transaction != nil else { return }
    producers[index].producer.transaction?.ending = (isCommit, now + milliseconds)
    if milliseconds == 0 { complete(index) }
  }

  private func check(_ id: String, _ epoch: Int) throws(DeliveryFault) -> Int {
    let index = index(of: id)
    guard producers[index].producer.epoch == epoch else {
      throw DeliveryFault(.fenced, "epoch \(epoch) of \(id)")
    }
    guard producers[index].producer.transaction?.ending == nil else {
      throw DeliveryFault(.retriable, "the transaction before is being ended")
    }
    return index
  }

  private func end(_ index: Int, isCommit: Bool) {
    producers[index].producer.transaction?.ending = (isCommit, now)
  }

  private func complete(_ index: Int) {
    guard let transaction = producers[index].producer.transaction,
      let isCommit = transaction.ending?.isCommit
    else { return }
    producers[index].producer.transaction = nil
    for log in transaction.logs.sorted() {
      logs[log].end(producer: producers[index].producer.number, isCommit: isCommit)
    }
    if isCommit { counts.committed += 1 } else { counts.aborted += 1 }
    guard isCommit else { return }
    for (partition, offset) in transaction.offsets.sorted(by: { $0.key < $1.key }) {
      commit(offset, of: partition)
    }
  }

  private func index(of id: String) -> Int {
    if let index = producers.firstIndex(where: { $0.id == id }) { return index }
    producers.append((id, Producer(number: producers.count)))
    return producers.count - 1
  }

  // MARK: positions

  /// Commits a position; one that goes back is a fault.
  func commit(_ offset: Committed, of partition: Int) {
    if let before = committed[partition], before.position > offset.position {
      faults.append(
        "the position of partition \(partition) went back from \(before.position) to \(offset.position)"
      )
    }
    if let before = committed[partition]?.said,
      before.ticks > offset.said.ticks || before.days > offset.said.days
    {
      faults.append("what was said of partition \(partition) went back to \(offset.said)")
    }
    committed[partition] = offset
  }

  /// False while a transaction is open that would commit another position.
  func isStable(_ partition: Int) -> Bool {
    producers.allSatisfy { $0.producer.transaction?.offsets[partition] == nil }
  }

  /// FNV-1a: the same in every process.
  private static func hash(_ text: String) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(hash >> 1)
  }
}
