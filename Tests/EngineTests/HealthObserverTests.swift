import Foundation
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@Suite struct HealthObserverTests {
  private func process(_ work: some PartitionWork, _ events: [TestEvent]) -> OutputBatch {
    let output = OutputBatch()
    for batch in batches(events, of: 64) { work.process(batch, into: output) }
    return output
  }

  private func at(_ days: Int64, _ hours: Int64 = 0) -> EventTime {
    EventTime(milliseconds: monday.milliseconds + days * day + hours * hour)
  }

  @Test("an early score moves with an event, the final one replaces it at its tick")
  func early() throws {
    let work = runner(try model())
    let output = process(work, [TestEvent(time: at(0, 10).milliseconds)])
    #expect(output.records.isEmpty)
    #expect(!work.anticipate(limit: 10, output))
    #expect(output.said.map(\.isEarly) == [true])
    #expect(!work.anticipate(limit: 10, output))
    #expect(output.said.count == 1, "the same is not said twice")
    work.advance(to: at(0, 11), output)
    let later = output.said.dropFirst()
    #expect(later.map(\.stream) == [.scores, .changes])
    let early = later.filter(\.isEarly)
    #expect(early.isEmpty)
    #expect(later.first?.value == later.last?.value)
  }

  @Test("an account is read early once a commit interval; what it missed comes in the next")
  func rounds() throws {
    let work = runner(try model(changeMin: .zero))
    let output = OutputBatch()
    func event(_ minute: Int64, _ account: String) {
      let time = at(0, 10).milliseconds + minute * 60_000
      work.process(batches([TestEvent(account: account, time: time)], of: 1)[0], into: output)
    }
    func read(_ round: UInt32) -> [String] {
      let said = output.records.count
      output.round = round
      while work.anticipate(limit: 1, output) {}
      return output.said.dropFirst(said).map(\.key).sorted()
    }
    event(0, "a")
    #expect(read(1) == ["a"])
    event(1, "a")
    event(1, "b")
    #expect(read(1) == ["b"], "a had its reading")
    #expect(work.progress.hasUnread, "of the event after it nobody knows")
    event(2, "a")
    event(3, "b")
    #expect(read(1) == [])
    #expect(read(2) == ["a", "b"])
    #expect(!work.progress.hasUnread)
    #expect(read(3) == [], "there is nothing new")
    event(4, "a")
    #expect(read(3) == ["a"])
    // In no interval at all nothing is put off.
    for minute in 5..<8 as Range<Int64> {
      event(minute, "a")
      #expect(read(0) == ["a"])
    }
    event(9, "a")
    #expect(read(4) == ["a"])
    event(10, "a")
    #expect(read(4) == [])
    work.drain(output)
    let last = try #require(lastScores(output.said)["a"])
    #expect(last.contains(#""name":"events_7d","dimension":"outcome","value":9,"#))
  }

  @Test(
    "between midnights only scores that moved are said; midnight says what is new; then silence costs nothing"
  )
  func midnights() throws {
    let work = runner(try model())
    // One event a day, for as long as it takes until nothing about the account changes any more.
    let output = process(work, [TestEvent(time: at(0, 10).milliseconds)])
    work.advance(to: at(200), output)
    let scores = output.said.filter { $0.stream == .scores }
    let changes = output.said.filter { $0.stream == .changes }
    for said in scores where !changes.contains(where: { $0.value == said.value }) {
      #expect(
        said.at.floor(to: .days(1)) == said.at, "not moved, so only at midnight: \(said.value)")
    }
    for (a, b) in zip(changes, changes.dropFirst()) {
      let (before, after) = (try score(a.value), try score(b.value))
      let moved = abs((before.score ?? -1) - (after.score ?? -1)) >= 0.5
      #expect(moved || before.band != after.band || before.quadrant != after.quadrant)
    }
    // Every window is at most 63 days long: after that there is nothing new to say.
    #expect(scores.count > 5)
    let last = try #require(scores.last)
    #expect(last.at < at(75))
  }

  @Test("contributions add up to the score and to the change, in everything said")
  func contributions() throws {
    let work = runner(try model())
    let output = process(work, history(accounts: 2, days: 30, seed: 21))
    while work.anticipate(limit: 100, output) {}
    #expect(work.end(output))
    work.drain(output)
    var checked = 0
    for said in output.said where said.stream == .scores || said.stream == .changes {
      let score = try score(said.value)
      guard let points = score.score else { continue }
      #expect(
        tenThousandths(points) == score.measures.reduce(0) { $0 + tenThousandths($1.contribution) })
      if let change = score.change {
        #expect(
          tenThousandths(change) == score.measures.reduce(0) { $0 + tenThousandths($1.change) })
      }
      checked += 1
    }
    #expect(checked > 50)
  }

  @Test("draining shows what is known and was not said, once")
  func drain() throws {
    let work = runner(try model())
    var output = process(work, [TestEvent(time: at(0, 10).milliseconds)])
    work.drain(output)
    #expect(output.said.map(\.isEarly) == [true])
    work.advance(to: at(3), output)
    output = OutputBatch()
    work.drain(output)
    #expect(output.records.isEmpty, "all of it was said at midnight")
  }

  @Test("a correction of a final score is shown although no tick follows")
  func correction() throws {
    let events = (0..<10).map { TestEvent(time: at($0, 10).milliseconds) }
    let work = runner(try model())
    let output = process(work, events)
    work.advance(to: at(9, 12), output)
    let before = lastScores(output.said)
    // Within the allowed lateness, and of a new user.
    let late = OutputBatch()
    work.process(
      batches([TestEvent("invite", user: "new", time: at(9, 11).milliseconds + 1)], of: 1)[0],
      into: late)
    #expect(late.counts.corrections == 1)
    work.drain(late)
    let after = lastScores(late.said)
    #expect(after["a"] != nil && after["a"] != before["a"])
  }

  @Test("after 400 silent days a tombstone; whoever comes back is new")
  func forgetting() throws {
    let work = runner(try model())
    let output = process(work, [TestEvent(time: at(0, 10).milliseconds)])
    work.advance(to: at(400, 10), output)
    #expect(lastScores(output.said)["a"] != nil)
    let graves = OutputBatch()
    work.advance(to: at(402), graves)
    #expect(graves.said.map(\.key) == ["a"])
    #expect(graves.said.map(\.value) == [""])
    #expect(graves.said.map(\.stream) == [.scores])
    let back = process(work, [TestEvent(time: at(410, 10).milliseconds)])
    work.advance(to: at(411), back)
    let score = try score(try #require(back.said.first { $0.stream == .scores }).value)
    #expect(score.change == nil, "nothing came before")
  }

  @Test("forgotten accounts make room: as many come and go, no more memory")
  func forgettingReleases() throws {
    let work = runner(
      try model(forgetAfter: .days(100)),
      settings: WindowSettings(outOfOrderness: .minutes(1), accountsMax: 15))
    var graves = 0
    var sizes: [Int] = []
    for round in Int64(0)..<6 {
      // The longest window and its baseline have passed before the next come.
      let begin = round * 120
      let output = process(
        work, (0..<15).map { TestEvent(account: "r\(round)-\($0)", time: at(begin).milliseconds) })
      #expect(output.counts.refused == 0, "the last ones are gone")
      let later = OutputBatch()
      work.advance(to: at(begin + 119), later)
      graves += later.said.filter { $0.stream == .scores && $0.value.isEmpty }.count
      sizes.append(work.progress.bytes)
      #expect(work.progress.accounts == 0)
    }
    #expect(graves == 90)
    // Lists of what is free find their size in the first rounds; an account kept would be more than all of that.
    #expect(sizes.last! - sizes.first! < 2_048, "\(sizes)")
  }

  @Test("two partitions: the same scores and alerts whichever is faster")
  func partitions() throws {
    let events = history(accounts: 4, days: 24, seed: 23)
    func isFirst(_ event: TestEvent) -> Bool {
      event.account == "acct-0" || event.account == "acct-3"
    }
    let parts = [events.filter(isFirst), events.filter { !isFirst($0) }]
    var runs: [[Said]] = []
    for slices in [1, 7, 1_000] {
      let model = try model()
      let works = [runner(model, partition: 0), runner(model, partition: 1)]
      let output = OutputBatch()
      var queues = parts.map { batches($0, of: slices * 3)[...] }
      var (turn, places) = (slices, [0, 0])
      while queues.contains(where: { !$0.isEmpty }) {
        turn = (turn * 5 + 3) % 11
        let which = queues[turn % 2].isEmpty ? 1 - turn % 2 : turn % 2
        let left = works[which].process(queues[which].first!, from: places[which], into: output)
        places[which] = left ?? 0
        if left == nil { queues[which].removeFirst() }
        works[1 - which].settle(output)
      }
      while works.contains(where: { $0.progress.watermark < at(25) }) {
        for work in works { work.advance(to: at(25), output) }
      }
      for work in works { work.settle(output) }
      runs.append(ordered(output.said))
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] == runs[2])
    let alerts = runs[0].filter { $0.stream == .alerts }
    #expect(!alerts.isEmpty)
  }

  @Test("a partition whose accounts begin after a midnight, or are all gone, holds no verdict up")
  func nobodyDue() throws {
    let model = try model(policy: .withoutPeers)
    let (early, late) = (runner(model, partition: 0), runner(model, partition: 1))
    let output = OutputBatch()
    func process(_ work: PartitionRunner<HealthObserver>, _ position: Int64, _ time: EventTime) {
      let batch = batches([TestEvent(time: time.milliseconds)], of: 1)[0]
      batch.nextPosition = position
      work.process(batch, into: output)
    }
    process(early, 1, at(0, 23))
    process(early, 2, at(1, 2))
    #expect(
      early.progress.said.days < at(1), "the other one may still have a word on that midnight")
    process(late, 1, at(1, 1))
    early.settle(output)
    #expect(early.progress.said.days == at(1))
    // More than 400 days on, the other one has no account left; its time still goes on.
    for day in Int64(3)...419 {
      late.advance(to: at(day), output)
      early.advance(to: at(day), output)
    }
    late.advance(to: at(420), output)
    process(early, 3, at(419))
    process(early, 4, at(425))
    #expect(early.progress.said.days < early.progress.said.ticks.floor(to: .days(1)))
    late.advance(to: at(441), output)
    early.settle(output)
    #expect(early.progress.said.days == early.progress.said.ticks.floor(to: .days(1)))
  }

  @Test("a partition far ahead is held up: its days that wait have a maximum, and the same is said")
  func heldUp() throws {
    let events = history(accounts: 4, days: 60, seed: 25, perDay: 1)
    func part(_ number: Int) -> [EventBatch] {
      batches(events.filter { Int($0.account.suffix(1))! % 2 == number }, of: 7)
    }
    func end(_ works: [PartitionRunner<HealthObserver>], _ output: OutputBatch) {
      for work in works { #expect(work.end(output)) }
      for work in works { work.settle(output) }
    }
    // Each in turn, neither far ahead.
    let together = OutputBatch()
    func pair() throws -> [PartitionRunner<HealthObserver>] {
      let model = try model(policy: .withoutPeers)
      return [runner(model, partition: 0), runner(model, partition: 1)]
    }
    var works = try pair()
    var queues = [part(0)[...], part(1)[...]]
    while let next = [0, 1].filter({ !queues[$0].isEmpty }).min(by: {
      queues[$0].first![0].time < queues[$1].first![0].time
    }) {
      works[next].process(queues[next].removeFirst(), into: together)
    }
    end(works, together)

    // The first as far as it may go, then the other one as far, and so on.
    let apart = OutputBatch()
    works = try pair()
    queues = [part(0)[...], part(1)[...]]
    var places = [0, 0]
    var (most, refusals) = (0, 0)
    while queues.contains(where: { !$0.isEmpty }) {
      for number in 0..<2 {
        while let batch = queues[number].first {
          let left = works[number].process(batch, from: places[number], into: apart)
          most = max(most, works[number].processor.observer.waitingDays)
          places[number] = left ?? 0
          if left != nil {
            refusals += 1
            #expect(works[number].progress.nextPosition < batch.nextPosition)
            break
          }
          queues[number].removeFirst()
        }
      }
    }
    end(works, apart)
    #expect(refusals > 3)
    #expect(most == Limits.daysWaitingMax)
    #expect(ordered(apart.said) == ordered(together.said))
    #expect(apart.counts == together.counts)
    #expect(apart.counts.alerts > 0)
  }

  // MARK: a reader of its own

  private struct Score: Decodable {
    struct Measure: Decodable {
      var contribution: Double
      var change: Double
    }
    var score: Double?
    var change: Double?
    var band: String?
    var quadrant: String?
    var measures: [Measure]
  }

  private func score(_ text: String) throws -> Score {
    try JSONDecoder().decode(Score.self, from: Data(text.utf8))
  }

  private func tenThousandths(_ value: Double) -> Int { Int((value * 10_000).rounded()) }
}
