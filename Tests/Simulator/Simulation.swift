import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit

/// Several processes with a cluster, from one seed: what happens, when, and what fails is drawn from it, and one seed
/// is the same run on every machine.
package final class Simulation {
  /// When a request takes effect whose sender hears nothing of it.
  enum Effect {
    case never, now
    case later(milliseconds: Int)
  }
  enum Fate {
    case success
    case refusal(DeliveryFault.Kind)
    case silence(Effect)
    case crash(Effect)
  }

  package let seed: UInt64
  package let canary: Canary?
  /// Processes keep their transactional id over a restart.
  let isNamed: Bool
  package let cluster: SimulatedCluster
  let workload: Workload
  private var generator: SeededGenerator
  /// One request in so many fails; 0 = none.
  private var faultsOneIn: Int
  private var jobs: [SimulatedJob?]
  /// Processes in the middle of a step: they wait while others go on.
  private var busy: [Int] = []
  private var membersCount = 0
  private var ownCounts = SimulationCounts()
  private var trace: UInt64 = 0xCBF2_9CE4_8422_2325

  private static let stepsMax = 400
  /// After the last fault everything is done within so many steps.
  private static let recoveryStepsMax = 10_000

  package init(seed: UInt64, canary: Canary? = nil) {
    self.seed = seed
    self.canary = canary
    generator = SeededGenerator(seed: seed)
    workload = Workload(&generator)
    isNamed = Int.random(in: 0..<2, using: &generator) == 0
    faultsOneIn = [6, 12, 30, 100].randomElement(using: &generator)!
    cluster = SimulatedCluster(partitions: workload.inputs.count, outputLogs: 3)
    jobs = Array(repeating: nil, count: Int.random(in: 1...3, using: &generator))
    workload.isExchanging = jobs.count > 1 || seed.isMultiple(of: 2)
  }

  package var counts: SimulationCounts {
    var counts = cluster.counts + ownCounts
    counts.rebalanced = cluster.group.rebalancesCount
    return counts
  }

  /// A number that every step of the run went into.
  package private(set) var fingerprint: UInt64 = 0

  /// Runs; what is wrong with what came out, nothing when all is right.
  package func run() -> [String] {
    for _ in 0..<Self.stepsMax { disturb() }
    faultsOneIn = 0
    var steps = 0
    while !isDone, steps < Self.recoveryStepsMax {
      steps += 1
      advance()
      cluster.pass(50)
    }
    fingerprint = trace
    if !isDone { return ["it has not come to its end \(steps) steps after the last fault"] }
    return cluster.faults + workload.differences(from: cluster.logs)
  }

  private var isDone: Bool {
    cluster.isQuiet
      && workload.inputs.indices.allSatisfy {
        Int(cluster.committed[$0]?.position ?? 0) == workload.inputs[$0].count
          && cluster.committed[$0]!.said.days >= workload.lastDay
      }
  }

  // MARK: what happens

  /// One step of somebody, and perhaps a blow.
  private func disturb() {
    cluster.pass(random(30))
    advance()
    switch random(240) {
    case 0: if let job = anybody() { job.crash() }
    case 1: cluster.pass(40_000)
    case 2: if let job = anybody() { throwOut(job) }
    case 3: cluster.group.rebalance()
    case 4: workload.grow(by: 10)
    default: break
    }
  }

  /// One step of a process that is not in the middle of another; a dead one is started again.
  private func advance() {
    let number = random(jobs.count)
    note("step \(number)")
    guard !busy.contains(number) else { return }
    guard let job = jobs[number], !job.isDead else { return restart(number) }
    during(number) { job.step() }
  }

  private func restart(_ number: Int) {
    if let dead = jobs[number] { cluster.group.remove(dead.member, isOutcast: false) }
    let job = SimulatedJob(number, in: self)
    jobs[number] = job
    during(number) { if !job.start() { ownCounts.failed += 1 } }
  }

  private func during(_ number: Int, _ body: () -> Void) {
    busy.append(number)
    body()
    busy.removeLast()
  }

  private func anybody() -> SimulatedJob? {
    let number = random(jobs.count)
    guard !busy.contains(number), let job = jobs[number], !job.isDead else { return nil }
    return job
  }

  /// The group has not heard from a process in time.
  private func throwOut(_ job: SimulatedJob) {
    guard cluster.group.isMember(job.member) else { return }
    ownCounts.thrownOut += 1
    cluster.group.remove(job.member, isOutcast: true)
  }

  /// Between two steps of one process others go on; now and then it stands still for so long that the group throws it out.
  func interlude(_ job: SimulatedJob) {
    guard faultsOneIn > 0 else { return }
    if random(3 * faultsOneIn) == 0 {
      throwOut(job)
      for _ in 0..<random(40) { pause() }
    } else if random(4) == 0 {
      for _ in 0..<random(4) { pause() }
    }
  }

  func wait(_ milliseconds: Int, _ job: SimulatedJob) {
    cluster.pass(milliseconds)
    advance()
  }

  private func pause() {
    cluster.pass(random(600))
    advance()
  }

  /// What becomes of a request.
  func fate() -> Fate {
    guard faultsOneIn > 0, random(faultsOneIn) == 0 else { return .success }
    let effect: Effect =
      switch random(3) {
      case 0: .never
      case 1: .now
      default: .later(milliseconds: random(3_000))
      }
    switch random(6) {
    case 0: return .refusal(.retriable)
    case 1: return .refusal(.abortable)
    case 2, 3, 4: return .silence(effect)
    default: return .crash(effect)
    }
  }

  // MARK: what the processes ask

  /// 0..<`count`.
  func random(_ count: Int) -> Int {
    count <= 1 ? 0 : Int.random(in: 0..<count, using: &generator)
  }

  func newMember() -> Int {
    membersCount += 1
    return membersCount
  }

  func input(_ partition: Int) -> [TestEvent] { workload.inputs[partition] }

  /// Events that are there by now.
  func inputCount(_ partition: Int) -> Int {
    faultsOneIn == 0 ? workload.inputs[partition].count : workload.available(partition)
  }

  func note(_ report: TransactionalSink.Report) {
    note("\(report)")
    switch report {
    case .failed: break
    case .resolved: ownCounts.lookedUp += 1
    case .postponed: ownCounts.postponed += 1
    case .discarded: ownCounts.discarded += 1
    }
  }

  /// All checkpoints that a `read_committed` reader finds now. Now and then some of their messages are lost or damaged: what
  /// a topic that was compacted wrongly, or a file that was cut, would look like.
  func checkpoints() -> CheckpointShelf {
    var messages: [String: [UInt8]] = [:]
    for log in cluster.logs {
      for record in log.committed where record.stream == .checkpoints {
        messages[record.key] = record.value.isEmpty ? nil : record.value
      }
    }
    let keys = messages.keys.sorted()
    if faultsOneIn > 0, !keys.isEmpty, random(3) == 0 {
      for _ in 0...random(2) {
        let key = keys[random(keys.count)]
        // Torn to nothing already, there is nothing left to tear.
        guard var bytes = messages[key], !bytes.isEmpty else { continue }
        switch random(3) {
        case 0: messages[key] = nil
        case 1: messages[key] = Array(bytes.prefix(random(bytes.count)))
        default:
          bytes[random(bytes.count)] ^= UInt8(1 << random(8))
          messages[key] = bytes
        }
      }
    }
    var shelf = CheckpointShelf()
    for key in keys { shelf.take(key: key, value: messages[key]) }
    return shelf
  }

  func noteRestored() { ownCounts.restored += 1 }
  func noteTorn(_ count: Int) { ownCounts.torn += count }

  func noteCrash() { ownCounts.crashed += 1 }
  func noteFailure() { ownCounts.failed += 1 }

  private func note(_ text: String) {
    for byte in text.utf8 { trace = (trace ^ UInt64(byte)) &* 0x100_0000_01B3 }
    trace = (trace ^ UInt64(truncatingIfNeeded: cluster.now)) &* 0x100_0000_01B3
  }
}
