import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineNotify

@Suite struct OutboxTests {
  /// An outbox whose server answers as it is told, with a clock that jumps to the next thing to do.
  private struct World {
    var outbox: Outbox
    var now: UInt64 = 1_000 * second
    var sent: [Shipment] = []
    var settled: [Outbox.Settlement] = []
    var offset: Int64 = 0

    init(_ sink: any AlertSink, _ plan: Outbox.Plan = Outbox.Plan()) {
      outbox = Outbox(sink, plan, seed: 1)
      outbox.begin(partition: 0, at: 0)
      outbox.isReady(partition: 0)
    }

    mutating func take(_ alerts: [HealthAlert], partition: Int32 = 0) {
      for alert in alerts {
        outbox.take(
          alert, at: AlertPlace(partition: partition, offset: offset), bytes: 500, now: now)
        offset += 1
      }
    }

    /// Goes on until there is nothing to do, or for so many requests.
    mutating func run(
      requests: Int = .max, until end: UInt64 = .max,
      _ answer: (Shipment) -> ReplyVerdict = { _ in .accepted }
    ) {
      var left = requests
      while left > 0 {
        switch outbox.step(now) {
        case .send(let shipment):
          sent.append(shipment)
          settled.append(outbox.settle(answer(shipment), now: now))
          left -= 1
        case .wait(let time?):
          guard time <= end else { return }
          now = max(now + 1, time)
        case .wait(nil): return
        }
      }
    }

    var balances: Bool {
      let counts = outbox.counts
      return counts.read == counts.single + counts.batched + counts.inDigest + counts.alreadyTold
        + counts.filtered + counts.duplicates + counts.refused + counts.unreadable + counts.givenUp
        + outbox.waitingCount
    }
  }

  private let busy = ReplyVerdict(status: 503)

  @Test func aFewAlertsComeOneByOneAndOnlyThenMayTheirPlaceBeCommitted() {
    var world = World(SlackSink())
    world.take([alert(1), alert(2), alert(3)])
    #expect(world.outbox.positions == [0: 0])
    world.run(requests: 1)
    #expect(world.outbox.positions == [0: 1])
    world.run()
    #expect(world.sent.map(\.form) == [.single, .single, .single])
    #expect(world.outbox.positions == [0: 3] && world.balances)
  }

  @Test("what comes close together is waited for, but not without end")
  func gathering() {
    var world = World(SlackSink())
    let begun = world.now
    var steps: [Outbox.Step] = []
    for number in 0..<200 {
      world.take([alert(number)])
      steps.append(world.outbox.step(world.now))
      if case .send = steps.last { break }
      world.now += second / 10
    }
    #expect(world.now - begun == 10 * second)
  }

  @Test(
    "a storm of 10,000 alerts: few messages, none lost, each named or counted with how to see it")
  func storm() throws {
    for (name, sink) in [
      ("slack", SlackSink() as any AlertSink), ("webhook", WebhookSink(key: nil)),
      ("pagerduty", PagerDutySink(routingKey: NotifySecret("k"))),
      ("alertmanager", AlertmanagerSink()),
    ] {
      var world = World(sink)
      var all = (0..<10_000).map { alert($0) }[...]
      // The topic is read while there is room, as the worker does it.
      while !all.isEmpty {
        while !world.outbox.isFull, let next = all.popFirst() { world.take([next]) }
        world.run(requests: 1)
        #expect(world.outbox.waitingCount <= NotifyLimits.pendingMax)
      }
      world.run()
      let delivered = world.sent.flatMap(\.changes).map(\.alert.account)
      #expect(delivered.count == 10_000 && Set(delivered).count == 10_000, "\(name)")
      #expect(world.sent.count <= 30, "\(name): \(world.sent.count) requests")
      #expect(world.outbox.positions == [0: 10_000] && world.balances)
      for shipment in world.sent where shipment.changes.count > 1 {
        let request = sink.request(for: shipment, at: noon)
        let text = String(decoding: request.body, as: UTF8.self)
        let words = Set(
          text.utf8.split { byte in
            !(byte == 0x2D || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte))
          }.map { String($0)! })
        let named = shipment.changes.count { words.contains($0.alert.account) }
        let counted = try #require(Self.counted(text, in: name))
        #expect(named + counted == shipment.changes.count, "\(name): \(named) + \(counted)")
        if counted > 0 { #expect(text.contains("thermocline alerts list"), "\(name)") }
      }
    }
  }

  /// How many more a digest says there are.
  private static func counted(_ text: String, in sink: String) -> Int? {
    switch sink {
    case "slack": text.firstMatch(of: /and (\d+) more/).flatMap { Int($0.1) } ?? 0
    case "pagerduty": text.firstMatch(of: /"not_listed":(\d+)/).flatMap { Int($0.1) }
    default: 0
    }
  }

  @Test(
    "an end is told where an escalation that waits before it gives the alert an incident of its own"
  )
  func endAfterEscalation() {
    var plan = Outbox.Plan()
    plan.burst = 1
    var world = World(PagerDutySink(routingKey: NotifySecret("k")), plan)
    world.take((1...9).map { alert($0) })
    world.run()
    #expect(world.sent.map(\.form) == [.digest])
    world.take([
      alert(1, days: 1, severity: .critical), alert(1, .resolved, days: 2, severity: .critical),
    ])
    world.run()
    let kinds = world.sent.dropFirst().flatMap(\.changes).map(\.kind)
    #expect(kinds == [.escalated, .resolved] && world.balances)
  }

  @Test("a sink that refuses everything fails; one that does not take one alert does not")
  func refusing() {
    let (never, one) = (ReplyVerdict(status: 403), ReplyVerdict(status: 400))
    var world = World(SlackSink())
    world.take([alert(1)])
    world.run { _ in never }
    let began = world.outbox.failingSince
    #expect(began != nil && world.balances)
    world.take([alert(2)])
    world.run { _ in never }
    #expect(world.outbox.failingSince == began)
    world.take([alert(3)])
    world.run { _ in one }
    #expect(world.outbox.failingSince == began)
    world.take([alert(4)])
    world.run()
    #expect(world.outbox.failingSince == nil)
    // One that it does not take says nothing of the next; several do.
    world.take([alert(5)])
    world.run { _ in one }
    #expect(world.outbox.failingSince == nil)
    world.take([alert(6)])
    world.run { _ in one }
    #expect(world.outbox.failingSince != nil)
    world.take([alert(7)])
    world.run()
    #expect(world.outbox.failingSince == nil && world.balances)
  }

  @Test("a failing server is asked again and again with the same request, at growing intervals")
  func failing() throws {
    var world = World(WebhookSink(key: nil))
    world.take([alert(1)])
    let begun = world.now
    world.run(requests: 40) { _ in busy }
    #expect(Set(world.sent.map(\.id)).count == 1)
    #expect(world.outbox.positions == [0: 0] && world.outbox.waitingCount == 1)
    #expect(world.outbox.failingSince != nil)
    // Bounds 1 + 2 + … + 256 + 31 · 300 s: all of it lies below, and well above nothing.
    let waited = Double(world.now - begun) / Double(second)
    #expect((1_000...10_000).contains(waited), "\(waited)")
    world.take([alert(2)])
    world.run()
    #expect(world.outbox.positions == [0: 2] && world.outbox.failingSince == nil && world.balances)
    #expect(world.outbox.counts.failures == ["http_503": 40])
  }

  @Test("a server's Retry-After is waited for")
  func retryAfter() {
    var world = World(SlackSink())
    world.take([alert(1)])
    world.run(requests: 1) { _ in ReplyVerdict(status: 429, retryAfter: .seconds(77)) }
    let refused = world.now
    world.run()
    #expect(world.now >= refused + 77 * second)
  }

  @Test("while a sink fails it takes no more than it may hold")
  func bounded() {
    var plan = Outbox.Plan()
    plan.pendingMax = 50
    var world = World(SlackSink(), plan)
    var number = 0
    for _ in 0..<100 {
      while !world.outbox.isFull {
        world.take([alert(number)])
        number += 1
      }
      world.run(requests: 1) { _ in busy }
      #expect(world.outbox.waitingCount <= 50)
    }
    #expect(number == 50 && world.outbox.positions == [0: 0])
    plan.pendingBytesMax = 5_000
    var small = World(SlackSink(), plan)
    for number in 0..<10 { small.take([alert(number)]) }
    #expect(small.outbox.isFull)
    small.run()
    #expect(!small.outbox.isFull && small.balances)
  }

  @Test("what a server will never take is given back, and the rest goes on")
  func refused() {
    var world = World(SlackSink())
    world.take([alert(1), alert(2)])
    world.run { $0.changes[0].alert.account == "acct-1" ? ReplyVerdict(status: 403) : .accepted }
    #expect(world.settled.count == 2)
    #expect(world.settled[0] == .refused(world.sent[0]))
    #expect(world.outbox.counts.refused == 1 && world.outbox.counts.single == 1)
    #expect(world.outbox.positions == [0: 2] && world.balances)
  }

  @Test("in a list that a server calls bad, the bad one is found and only that is refused")
  func bisection() {
    for sink in [AlertmanagerSink() as any AlertSink, SlackSink(), WebhookSink(key: nil)] {
      var world = World(sink)
      world.take((0..<300).map { alert($0) })
      world.run { shipment in
        shipment.changes.contains { $0.alert.account == "acct-123" }
          ? ReplyVerdict(status: 400) : .accepted
      }
      let refused = world.settled.compactMap { settlement -> Shipment? in
        if case .refused(let shipment) = settlement { shipment } else { nil }
      }
      #expect(refused.flatMap(\.changes).map(\.alert.account) == ["acct-123"])
      #expect(world.outbox.counts.refused == 1 && world.outbox.counts.delivered == 299)
      #expect(world.sent.count <= 25 && world.balances)
    }
  }

  @Test("ends of alerts that only a digest told of need no event of their own")
  func digestedThenOver() {
    var world = World(PagerDutySink(routingKey: NotifySecret("k")))
    world.take([alert(1_000)])
    world.run()
    world.take((0..<100).map { alert($0) })
    world.run()
    #expect(world.sent.map(\.form) == [.single, .digest])
    world.take((0..<100).map { alert($0, .resolved, days: 1) })
    world.take([alert(1_000, .resolved, days: 1)])
    world.run()
    #expect(world.sent.count == 3)
    #expect(world.sent.last?.changes.map(\.alert.account) == ["acct-1000"])
    #expect(world.outbox.counts.alreadyTold == 100 && world.balances)
  }

  /// Keys of the incidents that PagerDuty has open after these requests: each begins with a change of its own.
  private func incidents(after sent: [Shipment]) -> Set<String> {
    var open: Set<String> = []
    for shipment in sent where shipment.changes.count == 1 {
      let change = shipment.changes[0]
      if change.kind == .resolved { open.remove(change.key) } else { open.insert(change.key) }
    }
    return open
  }

  @Test("an incident of its own ends, although a storm brought its escalation")
  func escalatedInAStorm() {
    var world = World(PagerDutySink(routingKey: NotifySecret("k")))
    world.take([alert(1_000)])
    world.run()
    world.take((0..<100).map { alert($0) })
    world.take([alert(1_000, days: 1, severity: .critical)])
    world.run()
    #expect(world.sent.contains { $0.form == .digest })
    #expect(incidents(after: world.sent).count == 1)
    world.take([alert(1_000, .resolved, days: 2, severity: .critical)])
    world.run()
    #expect(incidents(after: world.sent).isEmpty && world.balances)
  }

  @Test("a digest does not overtake the end of an incident that begins anew")
  func digestAfterEnd() {
    var world = World(PagerDutySink(routingKey: NotifySecret("k")))
    world.take([alert(1_000)])
    world.run()
    world.take([alert(1_000, .resolved, days: 1), alert(1_000, days: 20)])
    world.take((0..<100).map { alert($0) })
    world.run()
    let own = world.sent.flatMap(\.changes).filter { $0.alert.account == "acct-1000" }
    #expect(own.map(\.kind) == [.opened, .resolved, .opened])
    world.take([alert(1_000, .resolved, days: 30)])
    world.run()
    #expect(incidents(after: world.sent).isEmpty && world.balances)
  }

  @Test("what is left of a digest when a partition goes has an incident, which ends")
  func forgettingOfADigest() {
    var world = World(PagerDutySink(routingKey: NotifySecret("k")))
    world.outbox.begin(partition: 1, at: 0)
    world.outbox.isReady(partition: 1)
    world.take((0..<100).map { alert($0) }, partition: 1)
    world.take([alert(1_000)])
    world.run(requests: 1) { _ in busy }
    #expect(world.sent.last?.changes.count == 101)
    world.outbox.forget(partition: 1)
    world.run()
    #expect(world.sent.last?.form == .single && world.balances)
    world.take([alert(1_000, .resolved, days: 1)])
    world.run()
    #expect(world.sent.last?.changes.map(\.kind) == [.resolved])
    #expect(incidents(after: world.sent).isEmpty)
  }

  @Test("at a low rate what is new takes turns with what is told again")
  func refreshTakesTurns() {
    var plan = Outbox.Plan()
    plan.refresh = .seconds(10)
    (plan.perMinute, plan.burst) = (6, 1)
    var world = World(AlertmanagerSink(), plan)
    world.take([alert(1)])
    world.run(until: world.now + 60 * second)
    world.take([alert(2)])
    world.sent = []
    world.run(requests: 4)
    #expect(world.sent.contains { $0.form != .refresh }, "\(world.sent.map(\.form))")
  }

  @Test("Alertmanager is told again of what stands, and of nothing else")
  func refresh() {
    var plan = Outbox.Plan()
    plan.refresh = .minutes(1)
    plan.perMinute = 6_000
    var world = World(AlertmanagerSink(), plan)
    world.take((0..<1_200).map { alert($0) })
    world.run(until: world.now + 30 * second)
    world.sent = []
    let begun = world.now
    world.run(until: begun + 59 * second)
    #expect(Set(world.sent.flatMap(\.changes).map(\.alert.account)).count == 1_200)
    #expect(world.sent.allSatisfy { $0.form == .refresh && $0.changes.count <= 500 })
    world.take((0..<1_199).map { alert($0, .resolved, days: 1) })
    world.run(until: world.now + 30 * second)
    world.sent = []
    world.run(until: world.now + 300 * second)
    #expect((4...6).contains(world.sent.count), "\(world.sent.count)")
    #expect(world.sent.allSatisfy { $0.changes.map(\.alert.account) == ["acct-1199"] })
    // A failure is not made up for with what stood then.
    world.sent = []
    world.run(requests: 1) { _ in busy }
    #expect(world.sent.map(\.form) == [.refresh])
    world.take([alert(1_199, .resolved, days: 1)])
    world.sent = []
    world.run(until: world.now + 600 * second)
    #expect(world.sent.count == 1)
    #expect(world.sent.last?.changes.first?.kind == .resolved)
    #expect(world.outbox.openCount == 0 && world.balances)
  }

  @Test("nothing is told again before a partition's past is known")
  func refreshWaits() {
    var plan = Outbox.Plan()
    plan.refresh = .minutes(1)
    var outbox = Outbox(AlertmanagerSink(), plan, seed: 1)
    outbox.begin(partition: 0, at: 7)
    outbox.recall(alert(1), partition: 0)
    #expect(outbox.step(5 * second) == .wait(until: nil))
    outbox.isReady(partition: 0)
    guard case .send(let shipment) = outbox.step(5 * second) else {
      Issue.record("nothing is sent")
      return
    }
    #expect(shipment.form == .refresh && outbox.positions == [0: 7])
  }

  @Test("a partition that goes takes everything with it")
  func forgetting() {
    var world = World(SlackSink())
    world.outbox.begin(partition: 1, at: 0)
    world.take([alert(1)])
    world.offset = 0
    world.take([alert(2)], partition: 1)
    world.run(requests: 1) { _ in busy }
    world.outbox.forget(partition: 0)
    #expect(world.outbox.positions == [1: 0] && world.outbox.waitingCount == 1)
    world.run()
    #expect(world.sent.last?.changes.map(\.alert.account) == ["acct-2"] && world.balances)
    #expect(world.outbox.counts.givenUp == 1)
  }

  @Test(
    "whatever servers do and wherever a process ends, every alert is delivered at least once and the last word is right",
    arguments: UInt64(1)...60)
  func crashes(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    // The topic: stories of 40 alerts, mixed, with copies of what came before now and then.
    var topic: [HealthAlert] = []
    var stories = (0..<40).map { number -> [HealthAlert] in
      [
        alert(number), alert(number, days: 1, severity: .critical),
        alert(number, .recovering, days: 2, severity: .critical),
        alert(number, .resolved, days: 3, severity: .critical),
      ]
    }
    while let index = stories.indices.randomElement(using: &generator) {
      topic.append(stories[index].removeFirst())
      if stories[index].isEmpty { stories.remove(at: index) }
      if Int.random(in: 0..<10, using: &generator) == 0 {
        topic.append(topic.randomElement(using: &generator)!)
      }
    }
    let sinks: [any AlertSink] = [
      SlackSink(), WebhookSink(key: nil), AlertmanagerSink(),
      PagerDutySink(routingKey: NotifySecret("k")),
    ]
    let sink = sinks[Int(seed % 4)]
    var plan = Outbox.Plan()
    plan.pendingMax = 20
    plan.burst = 3
    var committed: Int64 = 0
    var told: [String: [(kind: AlertChange.Kind, form: Shipment.Form)]] = [:]
    var now: UInt64 = 0
    while committed < topic.count {
      var outbox = Outbox(sink, plan, seed: seed)
      for old in topic[..<Int(committed)] { outbox.recall(old, partition: 0) }
      outbox.begin(partition: 0, at: committed)
      outbox.isReady(partition: 0)
      var offset = Int(committed)
      life: while committed < topic.count {
        while !outbox.isFull, offset < topic.count, Bool.random(using: &generator) {
          outbox.take(
            topic[offset], at: AlertPlace(partition: 0, offset: Int64(offset)), bytes: 1, now: now)
          offset += 1
        }
        switch outbox.step(now) {
        case .send(let shipment):
          // The server may take it and the answer be lost.
          let isTaken = Int.random(in: 0..<4, using: &generator) > 0
          let isHeard = Int.random(in: 0..<4, using: &generator) > 0
          if isTaken {
            for change in shipment.changes {
              told[change.alert.account, default: []].append((change.kind, shipment.form))
            }
          }
          if Int.random(in: 0..<25, using: &generator) == 0 { break life }
          _ = outbox.settle(isTaken && isHeard ? .accepted : busy, now: now)
          committed = outbox.positions[0] ?? committed
        case .wait(let time):
          now = max(now + 1, min(time ?? .max, now + second))
          committed = outbox.positions[0] ?? committed
        }
      }
    }
    for number in 0..<40 {
      let words = told["acct-\(number)"] ?? []
      let kinds = words.map(\.kind)
      // What PagerDuty heard of in a digest only has no incident of its own that would have to end.
      let needsNoEnd = sink is PagerDutySink && words.last?.form == .digest
      #expect(kinds.last == .resolved || needsNoEnd, "seed \(seed), \(number): \(words)")
      #expect(kinds.contains(.opened) && kinds.contains(.escalated), "seed \(seed): \(kinds)")
    }
  }
}
