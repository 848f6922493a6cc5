import ThermoclineCore
import ThermoclineEngine

/// The transactional producer of one simulated process. Before and after each of its requests the world goes on, and
/// each may fail in every way a request can.
final class SimulatedPort: TransactionPort {
  private unowned let world: Simulation
  private unowned let job: SimulatedJob
  private let id: String
  private var epoch: Int?
  private var cluster: SimulatedCluster { world.cluster }

  init(_ world: Simulation, _ job: SimulatedJob, id: String) {
    self.world = world
    self.job = job
    self.id = id
  }

  func open() throws(DeliveryFault) {
    if world.canary == .keepsOldProducer, let epoch {
      let (cluster, id) = (cluster, id)
      try request { () throws(DeliveryFault) -> Void in
        do throws(DeliveryFault) {
          try cluster.end(id: id, epoch: epoch, isCommit: false, after: 0)
        } catch { if error.kind == .fenced { throw error } }
      }
      return
    }
    epoch = nil
    let (cluster, id) = (cluster, id)
    epoch = try request { () throws(DeliveryFault) -> Int in cluster.initialize(id) }
  }

  func isCommitted(
    _ mark: String, _ progress: [PartitionProgress]
  ) throws(DeliveryFault) -> Bool {
    let cluster = cluster
    return try request { () throws(DeliveryFault) -> Bool in
      guard progress.allSatisfy({ cluster.isStable($0.partition) }) else {
        throw DeliveryFault(.retriable, "a transaction is open")
      }
      return progress.contains { cluster.committed[$0.partition]?.mark == mark }
    }
  }

  func begin() throws(DeliveryFault) { try request { () throws(DeliveryFault) -> Void in } }

  func produce(_ batch: OutputBatch) throws(DeliveryFault) {
    let (cluster, id, epoch) = (cluster, id, epoch ?? 0)
    let records = batch.records.map { record in
      OutputLog.Record(
        stream: record.stream, key: String(decoding: batch.bytes[record.key], as: UTF8.self),
        value: Array(batch.bytes[record.value]))
    }
    try request { () throws(DeliveryFault) -> Void in
      try cluster.append(records, id: id, epoch: epoch)
    }
  }

  func flush() throws(DeliveryFault) { try request { () throws(DeliveryFault) -> Void in } }

  func sendOffsets(_ progress: [PartitionProgress], mark: String) throws(DeliveryFault) {
    let offsets = Dictionary(
      uniqueKeysWithValues: progress.map {
        (
          $0.partition,
          SimulatedCluster.Committed(
            position: $0.nextPosition, mark: mark, said: $0.said, clock: $0.clock)
        )
      })
    if world.canary == .offsetsBeforeOutputs {
      for (partition, offset) in offsets where cluster.group.isMember(job.member) {
        cluster.commit(offset, of: partition)
      }
    }
    let isFenced = world.canary != .ignoresFencing
    if isFenced, !cluster.group.isMember(job.member) {
      throw DeliveryFault(.lost, "not a member")
    }
    let member = isFenced ? (id: job.member, generation: cluster.group.generation) : nil
    let (cluster, id, epoch) = (cluster, id, epoch ?? 0)
    try request { () throws(DeliveryFault) -> Void in
      try cluster.add(offsets, id: id, epoch: epoch, member: member)
    }
  }

  func commit() throws(DeliveryFault) { try end(isCommit: true) }

  func abort() throws(DeliveryFault) { try end(isCommit: false) }

  private func end(isCommit: Bool) throws(DeliveryFault) {
    let (cluster, id, epoch) = (cluster, id, epoch ?? 0)
    let delay = world.random(8) == 0 ? world.random(200) : 0
    try request { () throws(DeliveryFault) -> Void in
      try cluster.end(id: id, epoch: epoch, isCommit: isCommit, after: delay)
    }
  }

  /// Sends a request, whose effect `body` is.
  private func request<Answer>(
    _ body: @escaping () throws(DeliveryFault) -> Answer
  ) throws(DeliveryFault) -> Answer {
    try live()
    world.interlude(job)
    try live()
    switch world.fate() {
    case .success:
      let answer = try body()
      world.interlude(job)
      try live()
      return answer
    case .refusal(let kind): throw DeliveryFault(kind, "simulated")
    case .silence(let effect):
      apply(body, effect)
      throw DeliveryFault(.indefinite, "simulated time-out", isOutage: true)
    case .crash(let effect):
      apply(body, effect)
      job.crash()
      try live()
      throw DeliveryFault(.refused, "crashed")
    }
  }

  private func apply<Answer>(
    _ body: @escaping () throws(DeliveryFault) -> Answer, _ effect: Simulation.Effect
  ) {
    switch effect {
    case .never: break
    case .now: _ = try? body()
    case .later(let milliseconds): cluster.deliver(after: milliseconds) { _ = try? body() }
    }
  }

  private func live() throws(DeliveryFault) {
    if job.isDead { throw DeliveryFault(.refused, "the process is dead") }
  }
}
