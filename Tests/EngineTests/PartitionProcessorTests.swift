import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

@Suite struct PartitionProcessorTests {
  private let bound = 3 * hour

  /// Everything that is said of a stream of events, early readings taken between batches when asked for.
  private func run(
    _ events: [TestEvent], batchSize: Int, anticipates: Bool = false
  ) throws -> (said: [Said], counts: EventCounts) {
    let settings = WindowSettings(
      outOfOrderness: TimeSpan(milliseconds: bound), allowedLateness: .hours(1))
    let work = runner(try model(), settings: settings)
    let output = OutputBatch()
    for batch in batches(events, of: batchSize) {
      work.process(batch, into: output)
      if anticipates { while work.anticipate(limit: 3, output) {} }
    }
    #expect(work.end(output))
    work.drain(output)
    return (output.said, output.counts)
  }

  @Test("batches of any size say the same, byte for byte", arguments: [UInt64(1)])
  func batching(seed: UInt64) throws {
    let events = shuffled(history(accounts: 2, days: 30, seed: seed), bound: bound, seed: seed)
    let whole = try run(events, batchSize: 4_096)
    #expect(whole.said.filter { $0.stream == .scores }.count > 50)
    #expect(whole.said.contains { $0.stream == .alerts })
    for size in [1, 3, 7] {
      let cut = try run(events, batchSize: size)
      #expect(cut.said == whole.said, "batches of \(size)")
      #expect(cut.counts == whole.counts)
    }
  }

  @Test("early readings change nothing that is final", arguments: [UInt64(3)])
  func earlyReadings(seed: UInt64) throws {
    let events = shuffled(history(accounts: 2, days: 16, seed: seed), bound: bound, seed: seed)
    let plain = try run(events, batchSize: 4_096)
    for size in [1, 5] {
      let watched = try run(events, batchSize: size, anticipates: true)
      let early = watched.said.filter(\.isEarly)
      #expect(!early.isEmpty)
      #expect(
        watched.said.filter { $0.stream != .scores } == plain.said.filter { $0.stream != .scores })
      #expect(lastScores(watched.said) == lastScores(plain.said))
    }
  }

  @Test("arrival in any order within the bound says the same", arguments: [UInt64(5), 6])
  func anyOrder(seed: UInt64) throws {
    let sorted = history(accounts: 3, days: 8, seed: seed, perDay: 20)
    let straight = try run(sorted, batchSize: 100)
    let arrived = shuffled(sorted, bound: bound, seed: seed + 100)
    let moved = zip(arrived, sorted).count { $0 != $1 }
    #expect(moved > sorted.count / 5)
    let mixed = try run(arrived, batchSize: 100)
    #expect(mixed.counts.late == 0)
    #expect(ordered(mixed.said) == ordered(straight.said))
  }

  @Test("read = applied + late + refused, whatever comes")
  func balance() throws {
    let model = try model()
    let work = runner(
      model,
      settings: WindowSettings(
        outOfOrderness: .minutes(1), allowedLateness: .hours(1), accountsMax: 3))
    let output = OutputBatch()
    var random = SeededGenerator(seed: 8)
    var events = history(accounts: 5, days: 4, seed: 8, perDay: 40)
    for i in events.indices where Int.random(in: 0..<10, using: &random) == 0 {
      events[i].time -= Int64.random(in: 0...(3 * hour), using: &random)
    }
    let all = batches(events, of: 50)
    all[1].refuse(
      Refusal(reason: .notJSON, detail: "x", position: 1, message: .absent, key: .absent))
    for batch in all { work.process(batch, into: output) }
    let counts = output.counts
    #expect(counts.read == events.count + 1)
    #expect(counts.read == counts.applied + counts.late + counts.refused)
    #expect(counts.late > 0 && counts.corrections > 0)
    #expect(counts.refusedBy[.notJSON] == 1)
    #expect((counts.refusedBy[.tooManyAccounts] ?? 0) > 0)
    let refusedByReason = counts.refusedBy.values.reduce(0, +)
    #expect(counts.refused == refusedByReason)
    #expect(
      output.records.filter { $0.stream == .deadLetters }.count == counts.late + counts.refused)
    let reasons = Set(output.records.compactMap { $0.origin?.reason })
    #expect(reasons == [.late, .notJSON, .tooManyAccounts])
  }

  @Test(
    "an event exactly as late as allowed corrects; a millisecond more is a dead letter with its reason"
  )
  func lateness() throws {
    let newest = monday.milliseconds + 10 * hour
    // The watermark stands a minute before the newest event; the tick is its full hour.
    for (behind, isLate) in [(hour + 60_000, false), (hour + 60_001, true)] {
      let work = runner(try model())
      let output = OutputBatch()
      work.process(
        batches([TestEvent(time: newest), TestEvent(time: newest - behind)], of: 2)[0], into: output
      )
      #expect(output.counts.late == (isLate ? 1 : 0))
      #expect(output.counts.corrections == (isLate ? 0 : 1))
      let letter = output.records.first { $0.stream == .deadLetters }
      #expect(letter?.origin?.reason == (isLate ? .late : nil))
      if isLate { #expect(letter?.origin?.detail.contains("allowed lateness of 1h") == true) }
    }
  }

  @Test("a heartbeat brings the final score that no event brought")
  func heartbeat() throws {
    let work = runner(try model())
    let output = OutputBatch()
    let batch = batches([TestEvent(time: monday.milliseconds + hour)], of: 1)[0]
    work.process(batch, into: output)
    #expect(output.records.isEmpty)
    batch.clear()
    batch.heartbeat = monday + .hours(2)
    work.process(batch, into: output)
    #expect(output.said.map(\.stream) == [.scores, .changes])
    #expect(Set(output.said.map(\.at)) == [monday + .hours(2)])
    let early = output.said.filter(\.isEarly)
    #expect(early.isEmpty)
    #expect(work.progress.watermark == monday + .hours(2))
  }

  @Test("time that passes counts from the newest event, less the bound")
  func passTime() throws {
    let work = runner(try model())
    let output = OutputBatch()
    work.passTime(.days(1), output)
    #expect(work.progress.watermark == .distantPast, "without an event there is no time")
    work.process(batches([TestEvent(time: monday.milliseconds)], of: 1)[0], into: output)
    work.passTime(.minutes(61), output)
    #expect(work.progress.watermark == monday + .hours(1))
    work.passTime(.minutes(30), output)
    #expect(work.progress.watermark == monday + .hours(1), "never backwards")
  }

  @Test(
    "a day that an earlier run has judged is judged again in silence", arguments: [false, true])
  func judgedBefore(isSilent: Bool) throws {
    let model = try model(policy: .withoutPeers)
    let (a, b) = (runner(model, partition: 0), runner(model, partition: 1))
    // Active every day for two weeks, then silent while another account of the partition goes on.
    let events = history(accounts: 2, days: 26, seed: 31)
    let (input, output) = (OutputBatch(isSilent: isSilent), OutputBatch())
    b.process(batches([TestEvent(account: "b", time: events[0].time)], of: 1)[0], into: output)
    var isFirst = true
    for batch in batches(events, of: 8) {
      var place = 0
      while let left = a.process(batch, from: place, into: input) {
        if isFirst {
          a.settle(output)
          #expect(!output.said.contains { $0.stream == .alerts }, "the other one has told no day")
          #expect((a.progress.said.days < a.progress.said.ticks.floor(to: .days(1))) == !isSilent)
        }
        (isFirst, place) = (false, left)
        b.advance(to: EventTime(milliseconds: batch[left].time), OutputBatch())
      }
    }
    #expect(!isFirst, "it was held up")
    b.advance(to: EventTime(milliseconds: events.last!.time), OutputBatch())
    a.settle(output)
    #expect(a.progress.nextPosition == Int64(events.count))
    let alerts = (input.said + output.said).filter { $0.stream == .alerts }
    #expect(alerts.isEmpty == isSilent)
  }

  @Test(
    "the position goes on while alerts wait for another partition; progress says of which days they are said"
  )
  func openDays() throws {
    let model = try model(policy: .withoutPeers)
    let (a, b) = (runner(model, partition: 0), runner(model, partition: 1))
    let output = OutputBatch()
    let events = (0..<4).map { TestEvent(time: monday.milliseconds + Int64($0) * day + hour) }
    let parts = batches(events, of: 1)
    for batch in parts { a.process(batch, into: output) }
    #expect(a.progress.nextPosition == 4)
    #expect(a.progress.said.ticks == a.progress.watermark)
    #expect(a.progress.said.days == monday)
    for batch in parts.prefix(2) { b.process(batch, into: output) }
    a.settle(output)
    #expect(a.progress.said.days == monday + .days(1), "the first is judged, the second is not")
    b.advance(to: EventTime(milliseconds: events[3].time), output)
    a.settle(output)
    #expect(a.progress.said.days == monday + .days(3))
  }

  @Test(
    "a restart in the middle of a batch, with days that wait, says what is left and nothing again",
    arguments: [1, 5, 40])
  func restart(size: Int) throws {
    let events = history(accounts: 2, days: 26, seed: 31)
    let (wanted, _) = try said(events, stoppingAt: nil, size: size)
    #expect(wanted.contains { $0.stream == .alerts } && wanted.contains { $0.stream == .changes })
    for stop in [3, 17, 22] {
      let (seen, isOpen) = try said(events, stoppingAt: Int64(stop), size: size)
      #expect(isOpen, "no day waits")
      #expect(Set(seen).count == seen.count, "said again")
      for stream in [OutputStream.changes, .alerts, .deadLetters] {
        #expect(seen.filter { $0.stream == stream } == wanted.filter { $0.stream == stream })
      }
    }
  }

  /// What one partition says, final scores and the rest, while another one's days come late. `stoppingAt`: the day on which
  /// it is held up for good, and another process goes on with what was committed of it.
  private func said(
    _ events: [TestEvent], stoppingAt stop: Int64?, size: Int
  ) throws -> (said: [Said], isOpen: Bool) {
    var output = OutputBatch()
    var said: [Said] = []
    var isOpen = false
    var published: PartitionProgress?
    for life in 0...(stop == nil ? 0 : 1) {
      let model = try model(policy: .withoutPeers)
      let (a, b) = (runner(model, partition: 0), runner(model, partition: 1))
      if let published { a.setSaid(published.said) }
      b.process(
        batches([TestEvent(account: "b", time: events[0].time)], of: 1)[0], into: OutputBatch())
      let silent = OutputBatch(isSilent: true)
      let before = Int(published?.nextPosition ?? 0)
      // A batch lies wholly before the committed position or wholly after it.
      let parts =
        batches(Array(events[..<before]), of: size)
        + batches(Array(events[before...]), of: size)
      var position = 0
      feeding: for batch in parts {
        let isRebuilding = position < before
        position += batch.eventsCount
        batch.nextPosition = Int64(position)
        var place = 0
        while let left = a.process(batch, from: place, into: isRebuilding ? silent : output) {
          place = left
          a.settle(output)
          let time = EventTime(milliseconds: batch[left].time)
          if life == 0, let stop, time >= monday + .days(stop) {
            isOpen = a.progress.said.days < a.progress.said.ticks.floor(to: .days(1))
            break feeding
          }
          b.advance(to: time - .days(10), OutputBatch())
        }
      }
      if life == 1 || stop == nil {
        b.advance(to: EventTime(milliseconds: events.last!.time), OutputBatch())
        a.settle(output)
      }
      published = a.progress
      said += output.said.filter { !$0.isEarly }
      output = OutputBatch()
    }
    return (said, isOpen)
  }
}
