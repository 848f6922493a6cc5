import Synchronization
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit

/// One process: the production pipeline and the production delivery, fed as the Kafka feeder feeds them.
final class SimulatedJob {
  private struct Partition {
    var number: Int
    var position = 0
    /// What lies before it was published by an earlier owner.
    let committed: Int
  }

  let number: Int
  /// Its name in the group; a process that was thrown out comes back with another.
  private(set) var member: Int
  private(set) var isDead = false
  private unowned let world: Simulation
  private let pipeline: Pipeline
  private var publication: Publication?
  private var sink: TransactionalSink?
  private var partitions: [Partition] = []
  /// Scores and alerts, and what other processes tell of their partitions' days; nil for window rows.
  private let model: HealthModel?
  private var reader: DayMessageReader?
  /// How far it has read what they tell, by log.
  private var heardCounts: [Int]
  private var schedule = CheckpointSchedule(interval: 500_000_000, now: 0)
  /// What the group wants and what could not be done yet.
  private var pending: ConsumerGroup.Event?

  init(_ number: Int, in world: Simulation) {
    self.number = number
    self.world = world
    member = world.newMember()
    model = world.workload.model()
    reader = model.flatMap { model in model.exchange.map { DayMessageReader(model, $0) } }
    heardCounts = Array(repeating: 0, count: world.cluster.logs.count)
    pipeline = Pipeline(
      shards: 2, batchesPerShard: 4, bytesCapacity: 1 << 14, recordsCapacity: 64, isManual: true)
  }

  /// Begins; false when it ended at once.
  func start() -> Bool {
    let id = world.isNamed ? "job-\(number)" : "job-\(number)-\(member)"
    let sink = TransactionalSink(
      SimulatedPort(world, self, id: id), session: "\(member)",
      pause: { [unowned self] in world.wait($0, self) },
      report: { [unowned world] in world.note($0) })
    self.sink = sink
    do throws(OutputSinkError) { try sink.start() } catch {
      isDead = true
      return false
    }
    publication = Publication(
      pipeline, sink, interval: 100_000_000, now: nanoseconds)
    world.cluster.group.join(member)
    return true
  }

  /// SIGKILL.
  func crash() {
    isDead = true
    world.noteCrash()
  }

  private var nanoseconds: UInt64 { UInt64(world.cluster.now) * 1_000_000 }

  /// Whether everything there is was read.
  var hasReadAll: Bool {
    pending == nil && partitions.allSatisfy { $0.position == world.inputCount($0.number) }
  }

  /// One of the things a process does at any time.
  func step() {
    hear()
    if let event = pending ?? world.cluster.group.nextEvent(member) {
      pending = event
      if answer(event) { pending = nil }
      if isDead { return }
    }
    switch world.random(5) {
    case 0: publish()
    case 4: checkpoint()
    case 1: pipeline.runShards()
    default: feed()
    }
  }

  private func publish(isCommitWanted: Bool = false) {
    guard !isDead else { return }
    do throws(OutputSinkError) {
      _ = try publication?.round(now: nanoseconds, isCommitWanted: isCommitWanted)
    } catch { end() }
  }

  /// Reads some of what the processes tell each other.
  private func hear() {
    guard reader != nil else { return }
    for (number, log) in world.cluster.logs.enumerated() {
      let records = log.committed.dropFirst(heardCounts[number])
      for record in records.prefix(world.random(12)) {
        heardCounts[number] += 1
        guard record.stream == .segments else { continue }
        do throws(StateError) { _ = try reader!.take(key: record.key, record.value) } catch {
          fatalError("what a process told cannot be read: \(error)")
        }
        pipeline.wake()
      }
    }
  }

  /// The job has given up: its process ends, and is started again.
  private func end() {
    if !isDead { world.noteFailure() }
    isDead = true
  }

  private func feed() {
    guard !partitions.isEmpty else { return }
    let index = world.random(partitions.count)
    let partition = partitions[index]
    let isRebuilding = partition.position < partition.committed
    var end = min(partition.position + 1 + world.random(24), world.inputCount(partition.number))
    if isRebuilding { end = min(end, partition.committed) }
    guard end > partition.position, !pipeline.isHeldUp(partition.number),
      let batch = pipeline.takeBatch(partition: partition.number, waitMilliseconds: 0)
    else { return }
    for event in world.input(partition.number)[partition.position..<end] { batch.append(event) }
    batch.messagesCount = end - partition.position
    batch.nextPosition = Int64(end)
    batch.isRebuilding = isRebuilding && world.canary != .skipsSuppressedReplay
    partitions[index].position = end
    pipeline.shard(of: partition.number).submit(batch, partition: partition.number)
  }

  // MARK: the group

  /// False when it has to be answered again, later.
  private func answer(_ event: ConsumerGroup.Event) -> Bool {
    switch event {
    case .assigned(let numbers):
      guard hasRoom, numbers.allSatisfy({ world.cluster.isStable($0) }) else { return false }
      open(numbers)
      return true
    case .revoked(let numbers):
      close(numbers, isLost: false)
      return handOver(numbers)
    case .lost:
      if world.canary != .ignoresFencing { loseAll() }
      close(partitions.map(\.number), isLost: true)
      guard !isDead else { return true }
      member = world.newMember()
      world.cluster.group.join(member)
      return true
    }
  }

  private static func name(_ number: Int) -> String {
    CheckpointKey.name(group: "job", topic: "events", partition: Int32(number))
  }

  /// Whether the rings take what a flush hands over: there is no other thread that makes room meanwhile.
  private var hasRoom: Bool {
    pipeline.snapshot.rings.allSatisfy { $0.output <= $0.outputCapacity / 2 }
  }

  private func checkpoint() {
    guard hasRoom,
      let turn = schedule.next(now: nanoseconds, wallClock: Int64(world.cluster.now))
    else { return }
    let answer = Mutex(CheckpointOutcome.unsettled)
    let shard = pipeline.shard(of: turn.partition)
    let request = CheckpointRequest(
      name: Self.name(turn.partition), slot: turn.slot, sequence: turn.sequence, fingerprint: 0,
      takenAt: EventTime(milliseconds: Int64(world.cluster.now)), isRepeated: turn.isRepeated)
    pipeline.flush {
      guard $0 === shard else { return }
      let outcome = shard.checkpoint(turn.partition, request)
      answer.withLock { $0 = outcome }
    }
    schedule.note(turn, answer.withLock { $0 }, took: 0, now: nanoseconds)
  }

  /// As the Kafka feeder opens partitions.
  private func open(_ numbers: [Int]) {
    let committed = numbers.map { world.cluster.committed[$0]?.position ?? 0 }
    let shelf = world.checkpoints()
    let choice = CheckpointChoice(
      of: zip(numbers, committed).map {
        CheckpointChoice.Partition(name: Self.name($0), committed: $1, logStart: 0)
      }, from: shelf, fingerprint: Workload.fingerprint(isHealth: model != nil))
    world.noteTorn(choice.passedOver.count)
    var restored: [Int: CheckpointKey.Slot] = [:]
    for (number, committed) in zip(numbers, committed) {
      let work = Workload.work(number, model)
      var position = 0
      if world.canary == .restoresTornCheckpoint {
        // The newest of the right place in time, whatever is left of it.
        if let newest = shelf.checkpoints(of: Self.name(number)).first(where: {
          $0.manifest.position <= committed
        }) {
          try? work.restore(newest)
          position = Int(newest.manifest.position)
        }
      } else if let checkpoint = choice.checkpoints[Self.name(number)] {
        do throws(StateError) { try work.restore(checkpoint) } catch {
          fatalError("a whole checkpoint cannot be restored: \(error)")
        }
        position = Int(checkpoint.manifest.position)
        restored[number] = checkpoint.slot
        world.noteRestored()
      }
      partitions.append(
        Partition(number: number, position: position, committed: Int(committed)))
      let shard = pipeline.shard(of: number)
      let before = world.canary == .skipsSuppressedReplay ? 0 : committed
      let place = world.canary == .forgetsWhatWasSaid ? nil : world.cluster.committed[number]
      let hidden = Hidden(work)
      pipeline.flush {
        if $0 === shard {
          $0.open(
            number, hidden.work, publishedBefore: before, said: place?.said, clock: place?.clock)
        }
      }
    }
    schedule.set(partitions.map(\.number), restored: restored)
  }

  /// SAFETY of `@unchecked Sendable`: a manual pipeline runs on the thread that asks it.
  private final class Hidden: @unchecked Sendable {
    let work: any PartitionWork
    init(_ work: any PartitionWork) { self.work = work }
  }

  private func close(_ numbers: [Int], isLost: Bool) {
    // The rings have room for what comes of it.
    repeat {
      publish()
      if publication?.hasRoom == false { world.wait(100, self) }
    } while !isDead && publication?.hasRoom == false
    guard !isDead else { return }
    for number in numbers {
      guard let index = partitions.firstIndex(where: { $0.number == number }) else { continue }
      partitions.remove(at: index)
      let shard = pipeline.shard(of: number)
      pipeline.flush { if $0 === shard { $0.close(number, isLost: isLost) } }
    }
    for number in numbers { model?.board.close(number) }
    schedule.set(partitions.map(\.number))
  }

  /// What was said of the partitions is committed before the next owner has them.
  private func handOver(_ numbers: [Int]) -> Bool {
    let before = publication?.commitsCount ?? 0
    while !isDead, publication?.commitsCount == before {
      guard world.cluster.group.isMember(member) || world.canary == .ignoresFencing else {
        loseAll()
        return true
      }
      publish(isCommitWanted: true)
      world.wait(100, self)
    }
    if !isDead { world.cluster.group.acknowledge(member, numbers) }
    return true
  }

  private func loseAll() {
    close(partitions.map(\.number), isLost: true)
    guard !isDead else { return }
    do throws(OutputSinkError) { try publication?.discard() } catch { end() }
  }
}
