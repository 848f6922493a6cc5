import Synchronization
import Testing
import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineEngine

/// What the clock brings about in a partition without events, over a restart.
@Suite(.timeLimit(.minutes(5))) struct ClockRestartTests {
  private static let events = history(accounts: 4, days: 12, seed: 5)

  /// A process: its partition is opened, fed, given time by the clock, and stopped.
  private func run(
    rebuilding: Int64 = 0, from earlier: EventTime? = nil, _ spans: [TimeSpan]
  ) throws -> KeptSink {
    let pipeline = Pipeline(
      shards: 1, batchesPerShard: 4, bytesCapacity: 1 << 18, recordsCapacity: 512)
    let sink = KeptSink()
    let publishing = OwnThread("publisher") {
      pipeline.publish(to: sink, intervalMilliseconds: 5)
    }
    let model = try model(policy: .withoutPeers)
    pipeline.flush { shard in
      shard.open(0, runner(model), publishedBefore: rebuilding, clock: earlier)
    }
    for start in stride(from: 0, to: Self.events.count, by: 50) {
      var batch: EventBatch?
      while batch == nil { batch = pipeline.takeBatch(partition: 0, waitMilliseconds: 50) }
      fill(batch!, Self.events[start..<min(start + 50, Self.events.count)])
      batch!.isRebuilding = rebuilding > 0
      pipeline.shard(of: 0).submit(batch!, partition: 0)
    }
    for span in spans { pipeline.flush { $0.passTime(span, partition: 0) } }
    pipeline.commitAll()
    pipeline.stop()
    publishing.join()
    return sink
  }

  @Test("time goes on where the clock had brought it, and what it brought about is said once")
  func goesOn() throws {
    let before = try run([.hours(20), .hours(50)])
    let position = try #require(before.progress[0]?.nextPosition)
    let clock = try #require(before.progress[0]?.clock)
    #expect(position == Int64(Self.events.count))
    let bound = TimeSpan.minutes(1)
    let newest = EventTime(milliseconds: Self.events.last!.time)
    #expect(clock == newest + .hours(50) - bound)
    // Ten hours of clock after the restart.
    let after = try run(rebuilding: position, from: clock, [.hours(10)])
    let undisturbed = try run([.hours(20), .hours(50), .hours(60)])
    #expect(after.progress[0]?.clock == clock + .hours(10))
    #expect(!after.finals.isEmpty && before.finals.count > 0)
    #expect(before.finals + after.finals == undisturbed.finals)
    // Where the next process ends before any time has passed, its commit still says it.
    let idle = try run(rebuilding: position, from: clock, [.zero])
    #expect(idle.finals.isEmpty && idle.progress[0]?.clock == clock)
  }

  @Test("a message after the clock's time makes it the events' own again")
  func newMessage() throws {
    let work = runner(try model(policy: .withoutPeers))
    let output = OutputBatch()
    work.process(batches([TestEvent(time: monday.milliseconds)], of: 1)[0], into: output)
    #expect(work.progress.clock == nil)
    work.passTime(.hours(30), output)
    #expect(work.progress.clock == work.progress.watermark)
    let next = EventBatch(bytesCapacity: 4_096)
    next.append(TestEvent(time: monday.milliseconds + 40 * hour))
    next.nextPosition = 2
    work.process(next, into: output)
    #expect(work.progress.clock == nil)
  }
}

/// Keeps what is published and how far the input was read for it.
private final class KeptSink: OutputSink, Sendable {
  private let kept = Mutex<(said: [Said], progress: [Int: PartitionProgress])>(([], [:]))

  var finals: [Said] { kept.withLock { $0.said.filter { !$0.isEarly } } }
  var progress: [Int: PartitionProgress] { kept.withLock { $0.progress } }

  func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    kept.withLock { $0.said += batch.said }
  }

  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {
    kept.withLock { kept in for each in progress { kept.progress[each.partition] = each } }
  }
}
