import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

/// The same input says the same, byte for byte, whatever the number of shards, the batches, the seed of the hashes and
/// the order of arrival within the bound: with every kind of measure, in three partitions.
@Suite(.timeLimit(.minutes(5))) struct SameBytesTests {
  private static let partitions = 3
  private let bound = TimeSpan.hours(2)

  private func model() throws -> HealthModel {
    let line = Normalisation.target(ControlPoints([(0, 0), (20, 100)]))
    func measure(
      _ name: String, _ kind: MeasureKind, of filter: EventFilter = .any,
      window: TimeSpan = .days(7), slide: TimeSpan = .days(1), halfLife: TimeSpan? = nil
    ) -> Measure {
      Measure(
        name, kind, of: filter, window: window, slide: slide, normalisation: line, weight: 1,
        dimension: "use", axis: .temperature, halfLife: halfLife)
    }
    let policy = Policy(
      name: "kinds", version: 1, dimensions: [Dimension("use", weight: 1)],
      measures: [
        measure("fading", .count, window: .days(1), slide: .hours(6), halfLife: .hours(9)),
        measure("fading_sum", .sum, of: .types(["login"]), halfLife: .days(2)),
        measure("last", .last, window: .days(2), slide: .hours(6)),
        measure("last_export", .last, of: .features(["export"], types: [])),
        measure("mean", .mean, of: .types(["login", "bot_call"])),
        measure("export_share", .featureShare(of: ["export"])),
        measure("login_share", .share(of: ["login"])),
        measure("stickiness", .stickiness), measure("users", .distinctUsers),
        measure("features", .distinctFeatures, of: .features(["export", "import"], types: [])),
        measure("days", .activeDays), measure("recency", .recency),
        measure("users_of_days", .ratio(of: "users", to: "days")),
      ],
      bands: [Band("low", from: 0), Band("high", from: 40)],
      alerts: AlertPolicy(budget: 100, silence: SilenceRule(daysMin: 3, runLength: 1)))
    try #require(policy.validate() == [])
    return try HealthModel(PolicyPlan(policy), profiles: ProfileBook())
  }

  private func events(seed: UInt64) -> [TestEvent] {
    var random = SeededGenerator(seed: seed)
    var events = history(accounts: 4, days: 24, seed: seed)
    for i in events.indices {
      events[i].feature = ["export", "import", ""].randomElement(using: &random)!
      events[i].value = Int64.random(in: 0...9, using: &random)
      // Some at the same millisecond as the one before, for the newest value to be decided between.
      if i > 0, i % 5 == 0 { events[i].time = events[i - 1].time }
    }
    return events
  }

  /// What is said but for early scores, in the order of ticks, and the last score of each account.
  private func run(
    _ events: [TestEvent], shards: Int, batchSize: Int, hashSeed: UInt64
  ) throws -> (said: [Said], scores: [String: String]) {
    let model = try model()
    let settings = WindowSettings(
      outOfOrderness: bound, allowedLateness: .hours(12), hashSeed: hashSeed)
    let pipeline = Pipeline(
      shards: shards, batchesPerShard: 4, bytesCapacity: 1 << 16, recordsCapacity: 64)
    // The board is told of every partition before any of them tells a day.
    let works = (0..<Self.partitions).map { runner(model, partition: $0, settings: settings) }
    let hidden = Hidden(works)
    pipeline.flush { shard in
      for number in 0..<Self.partitions where pipeline.shard(of: number) === shard {
        shard.open(number, hidden.works[number])
      }
    }
    let sink = CollectingSink()
    let publishing = OwnThread("publisher") { pipeline.publish(to: sink, intervalMilliseconds: 5) }
    // acct-3 shares a partition with acct-0.
    let parts = (0..<Self.partitions).map { number in
      events.filter { Int($0.account.suffix(1))! % Self.partitions == number }
    }
    // Each partition as far ahead of the others as it gets batches.
    var starts = Array(repeating: 0, count: Self.partitions)
    while zip(starts, parts).contains(where: { $0 < $1.count }) {
      for number in 0..<Self.partitions {
        while starts[number] < parts[number].count,
          let batch = pipeline.takeBatch(partition: number, waitMilliseconds: 5)
        {
          let end = min(starts[number] + batchSize, parts[number].count)
          batch.partition = Int32(number)
          fill(batch, parts[number][starts[number]..<end])
          starts[number] = end
          pipeline.shard(of: number).submit(batch, partition: number)
        }
      }
    }
    pipeline.endInput()
    pipeline.flush { $0.drain() }
    pipeline.stop()
    publishing.join()
    let said = sink.said
    return (ordered(said.filter { $0.stream != .scores }), lastScores(said))
  }

  /// SAFETY of `@unchecked Sendable`: each is touched by the shard that opened it only.
  private final class Hidden: @unchecked Sendable {
    let works: [any PartitionWork]
    init(_ works: [any PartitionWork]) { self.works = works }
  }

  @Test("shards, batches, hash seeds and the order of arrival make no difference")
  func withinTheBound() throws {
    let sorted = events(seed: 4)
    let first = try run(sorted, shards: 1, batchSize: 64, hashSeed: 1)
    for stream in [OutputStream.changes, .alerts] {
      #expect(first.said.contains { $0.stream == stream }, "\(stream) is not tried")
    }
    let arrived = shuffled(sorted, bound: bound.milliseconds, seed: 5)
    #expect(arrived != sorted)
    for (events, shards, batchSize, seed) in [
      (sorted, 2, 1, 2), (sorted, 3, 7, .max), (arrived, 1, 5, 1), (arrived, 3, 64, 3),
    ] as [([TestEvent], Int, Int, UInt64)] {
      let again = try run(events, shards: shards, batchSize: batchSize, hashSeed: seed)
      #expect(again.said == first.said, "\(shards) shards, batches of \(batchSize)")
      #expect(again.scores == first.scores, "\(shards) shards, batches of \(batchSize)")
    }
  }

  @Test("with corrections and dead letters, too, the same arrival says the same")
  func late() throws {
    let arrived = shuffled(events(seed: 6), bound: TimeSpan.hours(30).milliseconds, seed: 7)
    let first = try run(arrived, shards: 1, batchSize: 64, hashSeed: 1)
    #expect(first.said.contains { $0.stream == .deadLetters })
    for (shards, batchSize, seed) in [(2, 1, 2), (3, 9, 3)] as [(Int, Int, UInt64)] {
      let again = try run(arrived, shards: shards, batchSize: batchSize, hashSeed: seed)
      #expect(again.said == first.said, "\(shards) shards, batches of \(batchSize)")
      #expect(again.scores == first.scores, "\(shards) shards, batches of \(batchSize)")
    }
  }

  @Test(
    "the clock alone lowers a quiet partition's score and fires its silence; an empty one holds nobody up"
  )
  func quietPartitions() throws {
    let model = try model()
    // Partition 1 never gets an event, and is set idle as the feeder does.
    let (quiet, empty) = (runner(model, partition: 0), runner(model, partition: 1))
    let output = OutputBatch()
    let events = (0..<12).map { TestEvent(time: monday.milliseconds + Int64($0) * day + hour) }
    for batch in batches(events, of: 5) { quiet.process(batch, into: output) }
    let before = try #require(lastScores(output.said)["a"])
    empty.passTime(.days(30), output)
    #expect(empty.progress.watermark == .distantPast)
    model.board.setIdle(1)
    // No event says that time goes on: the clock does, hour by hour.
    for hours in 1...(24 * 9) { quiet.passTime(.hours(Int64(hours)), output) }
    quiet.settle(output)
    let after = try #require(lastScores(output.said)["a"])
    #expect(!after.contains(#""final":false"#))
    #expect(try score(after) < score(before))
    let alerts = output.said.filter { $0.stream == .alerts }
    #expect(alerts.contains { $0.value.contains(#""silence""#) })
    let expected = EventTime(milliseconds: events.last!.time) + .days(9) - .minutes(1)
    #expect(quiet.progress.watermark == expected)
  }

  private func score(_ json: String) throws -> Double {
    let tail = try #require(json.split(separator: #""score":"#, maxSplits: 1).last)
    return try #require(Double(tail.prefix { "0123456789.".contains($0) }))
  }
}
