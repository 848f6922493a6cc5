import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineEngine

/// Several instances of a job, each with partitions of its own, that tell each other of days through a topic.
@Suite struct SegmentExchangeTests {
  private static let accounts = 24
  private static let days = 45
  private static let partitions = 4

  /// One instance: what it has of the job, and how far it has read the topic.
  private final class Instance {
    let model: HealthModel
    var works: [Int: PartitionRunner<HealthObserver>] = [:]
    var reader: DayMessageReader
    var read = 0

    init(_ policy: Policy) throws {
      let exchange = SegmentExchange(keys: (0..<partitions).map { "job/events/\($0)" })
      model = try HealthModel(
        PolicyPlan(policy), profiles: SegmentExchangeTests.profiles(),
        overrides: OverrideBook(SegmentExchangeTests.overrides), exchange: exchange)
      reader = DayMessageReader(model, exchange)
    }
  }

  /// A log of events a partition, the topic in which instances tell of days, and what readers of the outputs have seen.
  private final class Cluster {
    let logs: [[TestEvent]]
    var instances: [Instance]
    var topic: [(key: String, value: [UInt8])] = []
    var said: [Said] = []
    var random: SeededGenerator
    /// Where each partition's owner has read to, and what of it is committed.
    private var places = Array(repeating: 0, count: partitions)
    private var committed = Array(repeating: 0, count: partitions)
    private var saidTimes: [SaidTimes?] = Array(repeating: nil, count: partitions)

    init(_ events: [TestEvent], _ instances: [Instance], seed: UInt64) {
      logs = (0..<partitions).map { number in
        events.filter { Int($0.account.dropFirst(5))! % partitions == number }
      }
      self.instances = instances
      random = SeededGenerator(seed: seed)
      for partition in 0..<partitions { give(partition, to: partition % instances.count) }
    }

    /// The partition's windows are built anew by another instance, in silence as far as was committed.
    func give(_ partition: Int, to place: Int) {
      for instance in instances where instance.works[partition] != nil {
        instance.works[partition] = nil
        instance.model.board.close(partition)
      }
      let work = runner(instances[place].model, partition: partition)
      if let said = saidTimes[partition] { work.setSaid(said) }
      instances[place].works[partition] = work
      places[partition] = 0
      pending[partition] = nil
    }

    private func owner(of partition: Int) -> Instance {
      instances.first { $0.works[partition] != nil }!
    }

    private func publish(_ output: OutputBatch) {
      for record in output.records where record.stream == .segments {
        topic.append(
          (
            String(decoding: output.bytes[record.key], as: UTF8.self),
            Array(output.bytes[record.value])
          ))
      }
      said += output.records(of: [.scores, .changes, .alerts, .rollups]).filter { !$0.isEarly }
    }

    /// A batch that waits for other partitions to come further, and the place in it to go on from.
    private struct Pending {
      var batch: EventBatch
      var from = 0
      var isSilent: Bool
      var end: Int
    }
    private var pending: [Int: Pending] = [:]
    private var stepsHeldUp = 0

    private func next(_ partition: Int) -> Pending {
      let start = places[partition]
      var end = min(logs[partition].count, start + Int.random(in: 1...25, using: &random))
      let isSilent = start < committed[partition]
      if isSilent { end = min(end, committed[partition]) }
      let batch = EventBatch(bytesCapacity: 1 << 18)
      for place in start..<end { batch.append(logs[partition][place]) }
      batch.nextPosition = Int64(end)
      return Pending(batch: batch, isSilent: isSilent, end: end)
    }

    /// A batch of one partition, and some messages to one instance. False when all partitions are at their ends.
    func step() throws -> Bool {
      try hear(
        instances.randomElement(using: &random)!, most: Int.random(in: 0...3, using: &random))
      let left = (0..<partitions).filter { places[$0] < logs[$0].count }
      guard let partition = left.randomElement(using: &random) else { return false }
      var now = pending[partition] ?? next(partition)
      let output = OutputBatch(isSilent: now.isSilent)
      let work = owner(of: partition).works[partition]!
      let rest = work.process(now.batch, from: now.from, into: output)
      publish(output)
      if let rest {
        now.from = rest
        pending[partition] = now
        stepsHeldUp += 1
        if stepsHeldUp > 20 { try hearAll() }
        try #require(stepsHeldUp < 5_000, "the partitions wait for each other")
      } else {
        stepsHeldUp = 0
        pending[partition] = nil
        places[partition] = now.end
      }
      settle()
      commit()
      return true
    }

    /// Of every partition what a shard would commit of it.
    private func commit() {
      for (partition, work) in instances.flatMap(\.works) {
        let progress = work.progress
        committed[partition] = max(committed[partition], Int(progress.nextPosition))
        saidTimes[partition] = progress.said
      }
    }

    private func settle() {
      for instance in instances {
        for (_, work) in instance.works.sorted(by: { $0.key < $1.key }) {
          let output = OutputBatch()
          work.settle(output)
          publish(output)
        }
      }
    }

    private func hear(_ instance: Instance, most: Int) throws {
      for message in topic.dropFirst(instance.read).prefix(most) {
        instance.read += 1
        _ = try instance.reader.take(key: message.key, message.value)
      }
    }

    func hearAll() throws { for instance in instances { try hear(instance, most: .max) } }

    /// Time comes to the end of all partitions.
    func finish(at end: EventTime) throws {
      while try step() {}
      var rounds = 0
      while instances.contains(where: { $0.works.values.contains { $0.progress.watermark < end } })
      {
        for instance in instances {
          for (_, work) in instance.works.sorted(by: { $0.key < $1.key }) {
            let output = OutputBatch()
            work.advance(to: end, output)
            publish(output)
          }
        }
        try hearAll()
        settle()
        rounds += 1
        try #require(rounds < 10_000, "the partitions wait for each other")
      }
      for _ in 0..<3 {
        try hearAll()
        settle()
      }
    }
  }

  private static func profiles() -> ProfileBook {
    ProfileBook(
      Dictionary(
        uniqueKeysWithValues: (0..<accounts).map { number in
          var profile = AccountProfile()
          profile.industry = number % 3 == 0 ? "bank" : "shop"
          profile.tier = number % 2 == 0 ? "mid" : "small"
          profile.revenue = Double(number) * 10
          return ("acct-\(number)", profile)
        }))
  }

  private static var policy: Policy {
    var policy = Policy.standard
    policy.alerts.bandChange = ChangeRule()
    policy.alerts.drops = policy.alerts.drops.map { rule in
      var rule = rule
      (rule.weeks, rule.weeksMin, rule.volumeMin) = (4, 2, 4)
      return rule
    }
    policy.usage = UsageRule(outcomes: ["bot_call"], funnel: ["login", "bot_call"])
    return policy
  }

  private static let overrides = Dictionary(
    uniqueKeysWithValues: (0..<6).map {
      let said = ScoreOverride(
        band: ["red", "green"][$0 % 2], reason: "", author: "ana",
        expires: monday + .days(Int64($0) * 9))
      return ("acct-\($0)", said)
    })

  /// Some weeks in which most accounts pause on one day, and some end.
  private static let events = history(accounts: accounts, days: days, seed: 77, perDay: 4)
    .filter { event in
      let account = Int(event.account.dropFirst(5))!
      let days = (event.time - monday.milliseconds) / day
      return !(account % 5 == 1 && days > 30) && !(days == 36 && account % 4 != 0)
    }

  /// What one instance with all partitions says.
  private static func alone() throws -> [Said] {
    let cluster = Cluster(events, [try Instance(policy)], seed: 1)
    try cluster.finish(at: monday + .days(Int64(days + 2)))
    return ordered(cluster.said)
  }

  @Test("two and four instances say together what one says, byte for byte", arguments: [2, 4])
  func together(count: Int) throws {
    let alone = try Self.alone()
    for stream in [OutputStream.scores, .changes, .alerts, .rollups] {
      #expect(alone.contains { $0.stream == stream }, "\(stream) is not tried")
    }
    for figure in [#""overridden":{"#, #""converted":"#] {
      #expect(alone.contains { $0.value.contains(figure) }, "\(figure) is not tried")
    }
    let cluster = Cluster(
      Self.events, try (0..<count).map { _ in try Instance(Self.policy) }, seed: UInt64(count))
    try cluster.finish(at: monday + .days(Int64(Self.days + 2)))
    let together = ordered(cluster.said)
    let same = zip(together, alone).prefix { $0 == $1 }.count
    #expect(
      together == alone,
      "record \(same): \(together[same...].prefix(1)), not \(alone[same...].prefix(1))")
    #expect(!cluster.topic.isEmpty)
  }

  @Test(
    "a partition that goes over to another instance changes nothing that is said",
    arguments: 21...23)
  func handedOver(seed: UInt64) throws {
    let alone = try Self.alone()
    let cluster = Cluster(
      Self.events, try (0..<3).map { _ in try Instance(Self.policy) }, seed: seed)
    for round in 0..<4 {
      for _ in 0..<60 { _ = try cluster.step() }
      try cluster.hearAll()
      cluster.give(round, to: Int.random(in: 0..<3, using: &cluster.random))
    }
    try cluster.finish(at: monday + .days(Int64(Self.days + 2)))
    let together = ordered(cluster.said)
    let same = zip(together, alone).prefix { $0 == $1 }.count
    #expect(
      together == alone,
      "record \(same): \(together[same...].prefix(1)), not \(alone[same...].prefix(1))")
  }

  @Test(
    "a message that is cut, or of a newer format, counts as told as far as its day can be read; what it adds is passed over"
  )
  func damaged() throws {
    let instance = try Instance(Self.policy)
    let output = OutputBatch()
    let day = monday
    instance.model.exchange!.tell(
      day, partition: 0, policy: instance.model.plan.fingerprint,
      DaySummary(evidence: AlertJudge(instance.model.plan).evidence()), output)
    let record = try #require(output.records.first)
    let bytes = Array(output.bytes[record.value])
    // Format, kind and day.
    let head = (0...bytes.count).first { DayMessage.Head(Array(bytes.prefix($0))) != nil }!
    for length in 0..<head {
      #expect(throws: StateError.self) {
        _ = try instance.reader.take(key: "job/events/0", Array(bytes.prefix(length)))
      }
    }
    #expect(!instance.model.board.isComplete(day))
    var newer = bytes
    newer[0] = 9
    var unknown = bytes
    unknown[1] = 77
    for unreadable in (head..<bytes.count).map({ Array(bytes.prefix($0)) }) + [newer, unknown] {
      let other = try Instance(Self.policy)
      for partition in 0..<4 {
        guard
          case .unreadable = try other.reader.take(key: "job/events/\(partition)", unreadable)
        else { throw StateError("\(unreadable.count) bytes of \(bytes.count) were taken") }
      }
      #expect(other.model.board.isComplete(day), "nobody is held up")
    }
    // No midnight: not a day that anybody waits for.
    let odd = DayMessage(day: day + .hours(1), policy: 0, content: .passed(said: .distantPast))
      .bytes
    #expect(DayMessage.Head(odd) == nil)
    // Earlier versions do not say of which days all is said.
    let passing = DayMessage(day: day, policy: 0, content: .passed(said: day - .days(1)))
    #expect(try DayMessage(passing.bytes) == passing)
    #expect(throws: StateError.self) {
      try DayMessage(
        DayMessage(day: day, policy: 0, content: .passed(said: day + .hours(1))).bytes)
    }
    let earlier = stateBytes { state in
      for byte in [1, 1] as [UInt8] { state.write(byte) }
      state.write(day)
      state.write(0 as UInt64)
    }
    #expect(try DayMessage(earlier).content == .passed(said: .distantPast))
    let resting = DayMessage(day: day + .hours(1), policy: 0, content: .idle).bytes + [1, 2, 3]
    let rest = try DayMessage(resting)
    #expect(DayMessage.Head(resting) == .idle && rest.content == .idle)
    #expect(try instance.reader.take(key: "another/events/0", bytes) == .foreign)
    for partition in 0..<4 {
      #expect(try instance.reader.take(key: "job/events/\(partition)", bytes) == .taken)
    }
    #expect(instance.model.board.isComplete(day))
  }

  @Test("what an earlier run said is announced when the partition has come there again, not before")
  func announcing() throws {
    let instance = try Instance(Self.policy)
    let work = runner(instance.model, partition: 0)
    let day = monday + .days(9)
    work.setSaid(SaidTimes(days: day))
    let output = OutputBatch()
    work.settle(output)
    #expect(output.records.isEmpty, "it may have days before to tell, which the topic lacks")
    _ = instance.model.board.pass(day, partition: 0)
    work.settle(output)
    let messages = try output.records.map { try DayMessage(Array(output.bytes[$0.value])) }
    #expect(messages == [DayMessage(day: day, policy: 0, content: .passed(said: day))])
    work.settle(output)
    #expect(output.records.count == 1)
  }
}
