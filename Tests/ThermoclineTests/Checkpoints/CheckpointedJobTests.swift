import Foundation
import Logging
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineKafka
import ThermoclineKafkaTestKit
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// Jobs on a broker's topics that are stopped and go on from what they kept there.
@Suite(.timeLimit(.minutes(5))) struct CheckpointedJobTests {
  private let input = TestBroker.unique("events")
  private let group = TestBroker.unique("job")
  private static let partitions = 2
  private let outputs = KafkaSink.Topics.unique(withCheckpoints: true)
  private let folder: TemporaryFolder
  private let broker: TestBroker

  init() throws {
    folder = try TemporaryFolder()
    broker = try TestBroker(
      topics: ([input] + outputs.all).map { (name: $0, partitions: Self.partitions) })
  }

  private func job(
    _ lines: LogLines = LogLines(), change: (inout StreamingSettings) -> Void = { _ in }
  ) throws -> StreamingJob {
    var settings = settings()
    change(&settings)
    return try StreamingJob(settings, log: Logger(label: "test") { _ in lines })
  }

  private func settings() -> StreamingSettings {
    var settings = StreamingSettings(
      kafka: broker.settings, group: group, inputTopics: [input],
      outputTopics: outputs)
    settings.kafka["session.timeout.ms"] = TestBroker.sessionMilliseconds
    if TestBroker.hasTransactions { settings.guarantee = .exactlyOnce }
    settings.windows = WindowSettings(outOfOrderness: .minutes(5), allowedLateness: .hours(1))
    settings.idleAfter = .zero
    settings.checkpointInterval = TimeSpan(milliseconds: 20)
    return settings
  }

  private func shelf() throws -> CheckpointShelf {
    try CheckpointTopic.read(outputs.checkpoints!, kafka: broker.settings)
  }

  /// Runs a job until it has all of the input, and a whole checkpoint of each partition where one is wanted.
  private func run(_ job: StreamingJob, until watermark: EventTime, checkpointed: Bool = false)
    throws
  {
    let thread = OwnThread("job") { [job] in
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    defer {
      job.stop()
      thread.join()
    }
    func isThere(_ snapshot: Pipeline.Snapshot) -> Bool {
      snapshot.progress.count == Self.partitions
        && snapshot.progress.allSatisfy { $0.watermark >= watermark }
    }
    while !isThere(job.pipeline.snapshot), job.pipeline.snapshot.failure == nil { pauseBriefly() }
    guard checkpointed else { return }
    // Both have one of everything that was read.
    while job.pipeline.snapshot.failure == nil {
      let shelf = try shelf()
      let newest = shelf.names.compactMap { shelf.checkpoints(of: $0).first }
      if newest.count == Self.partitions,
        newest.allSatisfy({ $0.damage == nil && $0.manifest.watermark >= watermark })
      {
        return
      }
    }
  }

  private func produce(_ path: String) throws -> ProduceJob.Summary {
    try ProduceJob(source: .archives([path]), kafka: broker.settings, topic: input)
      .run(progress: { _, _, _ in })
  }

  /// Forty days in two halves, the first of which a job has read, said and checkpointed; the end of the second.
  private func interrupted(
    _ change: (inout StreamingSettings) -> Void = { _ in }
  ) throws -> EventTime {
    let events = history(accounts: 5, days: 40, seed: 11, values: 1...3)
    let half = events.count / 2
    let first = try folder.file("first.ndjson", lines: events[..<half].map(\.line))
    let second = try folder.file("second.ndjson", lines: events[half...].map(\.line))
    let until = try #require(try produce(first).until)
    try run(try job(change: change), until: until, checkpointed: true)
    return try #require(try produce(second).until)
  }

  private func expectReplayed() throws {
    var replay = ReplayJob(
      inputs: [folder.path + "/first.ndjson", folder.path + "/second.ndjson"],
      output: folder.path + "/out",
      settings: WindowSettings(outOfOrderness: .minutes(5), allowedLateness: .hours(1)))
    replay.changeMin = Points(0.5)
    _ = try replay.run { _, _, _ in }
    var scores: [String: String] = [:]
    for record in try readAll(outputs.scores, of: broker) {
      scores[record.keyText] = record.value == nil ? nil : record.text
    }
    #expect(
      try scores.sorted { $0.key < $1.key }.map(\.value) == folder.lines("out/scores.ndjson"))
    let alerts = try readAll(outputs.alerts, of: broker).map(\.text)
    #expect(!alerts.isEmpty)
    #expect(try alerts.sorted() == folder.lines("out/alerts.ndjson").sorted())
  }

  @Test("a restarted job goes on from its checkpoints, and the topics hold what a replay writes")
  func goesOn() throws {
    let until = try interrupted()
    let lines = LogLines()
    try run(try job(lines), until: until)
    let restored = lines.all.filter { $0.hasPrefix("partition restored from a checkpoint") }
    #expect(restored.count == Self.partitions)
    #expect(
      restored.allSatisfy { $0.contains("rebuilding=0") && !$0.contains("position=0 ") },
      "the checkpoints were of everything that was read: \(restored)")
    try expectReplayed()
  }

  @Test(
    "brokers that are away while the checkpoints are read are waited for",
    .enabled(if: !TestBroker.hasTransactions, "only the embedded broker fails when it is told to"))
  func waitsForBrokers() throws {
    let until = try interrupted()
    // The ends of both logs are still told; those of the checkpoints' topic have no leader (5), for longer than the client asks.
    let embedded = try #require(broker.embedded)
    let fine = [KafkaErrorCode](repeating: KafkaErrorCode(rawValue: 0), count: 2 * Self.partitions)
    let away = [KafkaErrorCode](repeating: KafkaErrorCode(rawValue: 5), count: 12)
    embedded.failNext(.listOffsets, with: fine + away)
    let lines = LogLines()
    try run(try job(lines), until: until)
    #expect(lines.all.contains { $0.contains("cannot be read") }, "\(lines.all)")
    let restored = lines.all.filter { $0.hasPrefix("partition restored from a checkpoint") }
    #expect(restored.count == Self.partitions)
    try expectReplayed()
  }

  @Test("a job that drains leaves nothing to be read again, whatever the interval")
  func drains() throws {
    let events = history(accounts: 5, days: 40, seed: 12)
    let half = events.count / 2
    let first = try folder.file("first.ndjson", lines: events[..<half].map(\.line))
    let second = try folder.file("second.ndjson", lines: events[half...].map(\.line))
    let until = try #require(try produce(first).until)
    let lines = LogLines()
    let job = try job(lines) { $0.checkpointInterval = .days(1) }
    let thread = OwnThread("job") { [job] in
      do throws(JobFailure) { try job.run() } catch { Issue.record("\(error)") }
    }
    while job.pipeline.snapshot.totals.read < half / 2, job.pipeline.snapshot.failure == nil {
      pauseBriefly(milliseconds: 1)
    }
    job.drain()
    job.drain()
    thread.join()
    #expect(lines.all.contains { $0.hasPrefix("the last checkpoints were taken") })
    let list = try CheckpointList(settings())
    #expect(list.partitions.allSatisfy { $0.committed != nil && $0.committed == $0.start })
    let last = try #require(try produce(second).until)
    #expect(last > until)
    let again = LogLines()
    try run(try self.job(again), until: last)
    let restored = again.all.filter { $0.hasPrefix("partition restored from a checkpoint") }
    #expect(
      restored.count == Self.partitions && restored.allSatisfy { $0.contains("rebuilding=0") },
      "\(restored)")
    try expectReplayed()
  }

  @Test("a damaged checkpoint is said and answered with the one before it, or with the log")
  func damaged() throws {
    let until = try interrupted()
    let name = CheckpointKey.name(group: group, topic: input, partition: 0)
    let newest = try #require(try shelf().checkpoints(of: name).first)
    // The last chunk of the newest is gone, as after a compaction that went wrong.
    let chain = newest.manifest.chain
    let last = chain.checksums.count - 1
    for partition in 0..<Int32(Self.partitions) {
      try write(
        [(key: "\(name)/\(chain.slot.rawValue)/\(last)", value: nil)], to: outputs.checkpoints!,
        partition: partition, of: broker)
    }
    let lines = LogLines()
    try run(try job(lines), until: until)
    #expect(
      lines.all.contains {
        $0.hasPrefix("a checkpoint is passed over") && $0.contains("chunk \(last) of ")
      })
    try expectReplayed()
  }

  private func withCache(_ settings: inout StreamingSettings) {
    settings.checkpointCache = folder.path + "/cache"
  }

  /// Takes every chunk out of the topic, as a compaction that went wrong; the manifests stay.
  private func removeChunks() throws {
    let keys = try Set(readAll(outputs.checkpoints!, of: broker).map(\.keyText))
      .filter { !$0.hasSuffix("manifest") }
    #expect(!keys.isEmpty)
    for partition in 0..<Int32(Self.partitions) {
      try write(
        keys.map { (key: $0, value: nil) }, to: outputs.checkpoints!, partition: partition,
        of: broker)
    }
  }

  private func restored(_ lines: LogLines) -> Int {
    lines.all.count { $0.hasPrefix("partition restored from a checkpoint") }
  }

  @Test(
    "a start takes from the cache what the manifests name, and from the topic what the cache has not"
  )
  func warm() throws {
    let until = try interrupted(withCache)
    // A damaged, a lost and a strange file.
    let paths = try #require(FileManager.default.subpaths(atPath: folder.path + "/cache"))
      .filter { $0.contains("/") }.sorted().map { folder.path + "/cache/" + $0 }
    try #require(paths.count >= 2)
    try Data([1, 2, 3]).write(to: URL(filePath: paths[0]))
    try FileManager.default.removeItem(atPath: paths[1])
    try Data().write(to: URL(filePath: folder.path + "/cache/stranger"))
    let lines = LogLines()
    try run(try job(lines, change: withCache), until: until, checkpointed: true)
    #expect(restored(lines) == Self.partitions)
    #expect(!lines.all.contains { $0.hasPrefix("a checkpoint is passed over") })
    try expectReplayed()
    // All of it is kept again now: no chunk of the topic is needed.
    try removeChunks()
    let warm = LogLines()
    try run(try job(warm, change: withCache), until: until)
    #expect(restored(warm) == Self.partitions, "\(warm.all)")
    try expectReplayed()
    try removeChunks()
    let cold = LogLines()
    try run(try job(cold), until: until)
    #expect(restored(cold) == 0, "without the cache they are missed")
  }

  @Test("where the cache cannot be written at a start, the topic is enough, and it is said once")
  func unwritable() throws {
    let until = try interrupted(withCache)
    let cache = folder.path + "/cache"
    for name in try FileManager.default.contentsOfDirectory(atPath: cache) {
      // A file where the partition's folder would be.
      try FileManager.default.removeItem(atPath: cache + "/" + name)
      try Data().write(to: URL(filePath: cache + "/" + name))
    }
    let lines = LogLines()
    try run(try job(lines, change: withCache), until: until, checkpointed: true)
    #expect(restored(lines) == Self.partitions)
    #expect(lines.all.count { $0.hasPrefix("the checkpoint cache cannot be written") } == 1)
    try expectReplayed()
  }

  @Test("two jobs of other groups share a folder and take nothing of each other")
  func shared() throws {
    let until = try interrupted(withCache)
    func other(_ settings: inout StreamingSettings) {
      withCache(&settings)
      settings.group = "another"
    }
    let first = LogLines()
    try run(try job(first, change: other), until: until, checkpointed: false)
    #expect(restored(first) == 0)
    let again = LogLines()
    try run(try job(again, change: withCache), until: until)
    #expect(restored(again) == Self.partitions)
  }

  @Test("the list says where a start goes on, and what is damaged")
  func list() throws {
    _ = try interrupted()
    func list() throws -> CheckpointList {
      try CheckpointList(settings())
    }
    let whole = try list()
    #expect(whole.partitions.count == Self.partitions)
    for partition in whole.partitions {
      let newest = try #require(partition.checkpoints.first)
      #expect(newest.damage == nil && newest.manifest.packedBytes > 0)
      #expect(newest.manifest.position == partition.committed)
      #expect(partition.start == newest.manifest.position)
    }
    #expect(whole.text(now: EventTime(milliseconds: 0)).contains(" layers of chain "))
    #expect(whole.json.contains("\"layers\":") && whole.json.contains("\"chain\":\""))
    let name = CheckpointKey.name(group: group, topic: input, partition: 0)
    for slot in CheckpointKey.Slot.allCases {
      for place in 0..<Int32(Self.partitions) {
        try write(
          [(key: "\(name)/\(slot.rawValue)/manifest", value: "TCCP\u{9}and more of it")],
          to: outputs.checkpoints!, partition: place, of: broker)
      }
    }
    let broken = try list()
    // They would begin together: where one has no day to go on from, all are rebuilt.
    #expect(broken.partitions.allSatisfy { $0.start == 0 }, "the beginning of the log")
    #expect(broken.passedOver.contains { $0.contains("no day is common") })
    #expect(broken.partitions[0].checkpoints.allSatisfy { $0.damage?.contains("format 9") == true })
    #expect(broken.text(now: EventTime(milliseconds: 0)).contains("damaged: its manifest"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(broken.json.utf8)) as? [String: Any])
    #expect((object["partitions"] as? [[String: Any]])?.count == Self.partitions)
  }

  @Test("with another policy nothing is taken over: the log is read again")
  func otherPolicy() throws {
    _ = try interrupted()
    let lines = LogLines()
    let second = try job(lines, change: { $0.policy.measures[0].weight *= 2 })
    let rest = try folder.lines("second.ndjson").count
    let thread = OwnThread("job") { [second] in
      do throws(JobFailure) { try second.run() } catch { Issue.record("\(error)") }
    }
    while second.pipeline.snapshot.totals.read < rest, second.pipeline.snapshot.failure == nil {
      pauseBriefly()
    }
    second.stop()
    thread.join()
    #expect(!lines.all.contains { $0.hasPrefix("partition restored from a checkpoint") })
    #expect(lines.all.contains { $0.contains("it is of another policy or other settings") })
  }
}
