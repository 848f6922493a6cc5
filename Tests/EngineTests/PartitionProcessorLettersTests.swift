import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

/// Each refused event is a dead letter once, however its message was cut and whatever was waited for.
@Suite("PartitionProcessor: dead letters") struct PartitionProcessorLettersTests {
  private let start = monday.milliseconds

  private func letters(_ output: OutputBatch) -> [String] {
    output.records.filter { $0.stream == .deadLetters }.map {
      String(decoding: output.bytes[$0.value], as: UTF8.self)
    }
  }

  /// A part of the message at position 7; `isLast`: there is no more of it.
  private func part(_ events: [GateEvent], isLast: Bool) -> EventBatch {
    let batch = gateBatch([])
    for event in events { batch.append(event, position: 7) }
    batch.nextPosition = isLast ? 8 : 7
    return batch
  }

  @Test("an event that is too late for windows of two slides is one dead letter")
  func twoLevels() throws {
    let plan = try WindowPlan([
      WindowedQuantity(.count, length: .hours(1), slide: .minutes(1)),
      WindowedQuantity(.count, length: .days(7), slide: .days(1)),
      WindowedQuantity(.distinctUsers, length: .days(7), slide: .days(1)),
    ])
    let runner = PartitionRunner(
      PartitionProcessor(
        partition: 0,
        store: WindowStore(
          plan: plan,
          settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))),
        observer: WindowRows(plan, names: ["a", "b", "c"], writes: false)))
    let output = OutputBatch()
    // Late for the minutes alone, within the lateness; for both, beyond it.
    let times = [3 * day, 3 * day - hour, 3 * day - 2 * hour, day]
    runner.process(gateBatch(times.map { GateEvent(time: start + $0) }), into: output)
    #expect(output.counts.corrections == 1 && output.counts.late == 2)
    #expect(letters(output) == ["message 2", "message 3"])
  }

  @Test("what is refused of a message that several batches hold leaves with the last of them")
  func severalBatches() throws {
    let first = [GateEvent(time: start + day), GateEvent(user: "late", time: start)]
    let second = [GateEvent(time: start + day), GateEvent(user: "late", time: start)]
    // The first process ends between two of the batches; what it committed was said before the message.
    let (ended, output) = (try gatedRunner(IntakeSettings()), OutputBatch())
    ended.process(
      gateBatch([GateEvent(time: start), GateEvent(account: "", time: start)], first: 5),
      into: output)
    ended.process(part(first, isLast: false), into: output)
    #expect(letters(output) == ["message 6"], "of the message before, and no other")
    #expect(ended.progress.nextPosition == 7)
    // As by the clock or a heartbeat.
    ended.advance(to: EventTime(milliseconds: start + 2 * day), output)
    #expect(letters(output).count == 1)
    let next = try gatedRunner(IntakeSettings())
    next.process(
      gateBatch([GateEvent(time: start), GateEvent(account: "", time: start)], first: 5),
      into: OutputBatch(isSilent: true))
    let after = OutputBatch()
    next.process(part(first, isLast: false), into: after)
    next.process(part(first, isLast: false), into: after)
    #expect(letters(after).isEmpty)
    next.process(part(second, isLast: true), into: after)
    #expect(letters(after) == Array(repeating: "message 7", count: 3))
    next.process(gateBatch([GateEvent(time: start)], first: 8), into: after)
    #expect(letters(after).count == 4, "nothing is said again")
  }

  @Test("at the end of the input the refused part of a message that was cut off is said, too")
  func cutOff() throws {
    let (runner, output) = (try gatedRunner(IntakeSettings()), OutputBatch())
    runner.process(
      part([GateEvent(time: start + day), GateEvent(time: start)], isLast: false), into: output)
    #expect(letters(output).isEmpty)
    #expect(runner.end(output))
    #expect(letters(output) == ["message 7"])
  }

  @Test(
    "late events of a partition that waits for another one are dead letters once, though its process ends in a batch",
    arguments: [1, 5, 40])
  func waiting(size: Int) throws {
    var events = history(accounts: 2, days: 26, seed: 31).map {
      GateEvent(type: $0.type, account: $0.account, user: $0.user, time: $0.time)
    }
    for i in events.indices.dropFirst(20) where i % 9 == 0 { events[i].time -= 5 * hour }
    let wanted = try said(events, stoppingAt: nil, size: size)
    #expect(wanted.count > events.count / 20 && Set(wanted).count == wanted.count)
    for stop in [17, 20, 22] {
      #expect(try said(events, stoppingAt: Int64(stop), size: size) == wanted, "day \(stop)")
    }
  }

  /// The dead letters of a partition that waits again and again for another one. `stoppingAt`: the day on which its
  /// process ends while it waits; another one goes on from what was committed.
  private func said(
    _ events: [GateEvent], stoppingAt stop: Int64?, size: Int
  ) throws -> [String] {
    var said: [String] = []
    var committed = 0
    for life in 0...(stop == nil ? 0 : 1) {
      let model = try model(policy: .withoutPeers)
      let (a, b) = (runner(model, partition: 0), runner(model, partition: 1))
      let output = OutputBatch()
      b.process(gateBatch([GateEvent(account: "b", time: events[0].time)]), into: OutputBatch())
      var isStopped = false
      var position = 0
      while position < events.count, !isStopped {
        let limit = position < committed ? committed : events.count
        let batch = gateBatch(events[position..<min(position + size, limit)], first: position)
        let target = position < committed ? OutputBatch(isSilent: true) : output
        position = Int(batch.nextPosition)
        var place = 0
        while let left = a.process(batch, from: place, into: target) {
          place = left
          let time = EventTime(milliseconds: batch[left].time)
          if life == 0, let stop, time >= monday + .days(stop) {
            isStopped = true
            break
          }
          b.advance(to: time - .days(10), OutputBatch())
        }
      }
      #expect(isStopped == (life == 0 && stop != nil))
      if !isStopped { committed = events.count } else { committed = Int(a.progress.nextPosition) }
      said += letters(output)
    }
    return said
  }
}
