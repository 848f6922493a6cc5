import Foundation
import Testing
import ThermoclineKafkaTestKit
import ThermoclineTestKit

/// Instances of one job are added, killed, halted and taken away while input comes, as processes of a machine: the topics
/// end up with what an undisturbed replay of that input writes, changes in the order of their accounts' ticks.
///
/// With the embedded broker the guarantee is at_least_once, and alerts and changes may be there twice; where brokers are named it is
/// exactly_once, and neither alert nor change may.
@Suite(
  .timeLimit(.minutes(10)),
  .enabled(if: Executable.path != nil, "the executable is not built: skipped"))
struct ChaosTests {
  enum Step: CaseIterable {
    case add, kill, halt, stop
  }

  private static let instancesMax = 3

  @Test("three processes share the work, one is killed, one halted, and two leave")
  func scaleOut() throws {
    let group = try JobGroup()
    try run(group, [.add, .add, .kill, .add, .halt, .stop, .stop], seed: 1)
  }

  /// `make chaos SECONDS=300 SEED=7`: steps by chance for so long.
  @Test(
    "any steps for a stated time",
    .enabled(if: ProcessInfo.processInfo.environment["THERMOCLINE_CHAOS_SECONDS"] != nil),
    .timeLimit(.minutes(600)))
  func anySteps() throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = Int(environment["THERMOCLINE_CHAOS_SECONDS"] ?? "") ?? 120
    let seed = UInt64(environment["THERMOCLINE_CHAOS_SEED"] ?? "") ?? 1
    var random = SeededGenerator(seed: seed)
    // A step takes about ten seconds, most of them the group's own.
    let steps = (0..<max(seconds / 10, 3)).map { _ in Step.allCases.randomElement(using: &random)! }
    print("chaos: seed \(seed), \(steps.count) steps")
    if !TestBroker.hasTransactions {
      print("chaos: not exercised: transactions, their positions, fencing; \(TestBroker.missing)")
    }
    try run(try JobGroup(), steps, seed: seed) { print("chaos: \($0)") }
  }

  private func run(
    _ group: JobGroup, _ steps: [Step], seed: UInt64, say: (String) -> Void = { _ in }
  ) throws {
    var random = SeededGenerator(seed: seed)
    // The last account falls silent half way, so that bands change.
    let events = history(accounts: 12, days: 70, seed: seed, perDay: 3, values: 1...3)
    // Some are left when the steps are over: a process that takes over from a killed one says no early score again.
    let size = events.count / (steps.count + 2) + 1
    var parts = stride(from: 0, to: events.count, by: size).map {
      events[$0..<min($0 + size, events.count)]
    }
    try group.add()
    try group.produce(parts.removeFirst())
    try #require(try group.settle())
    for (place, step) in steps.enumerated() {
      say("step \(place + 1) of \(steps.count): \(step), \(group.count) instances")
      try perform(step, on: group, &random) {
        if !parts.isEmpty { try group.produce(parts.removeFirst()) }
      }
    }
    while !parts.isEmpty { try group.produce(parts.removeFirst()) }
    try #require(try group.settle(), "an instance ended by itself")
    while group.count > 0 {
      let ended = group.stop(0)
      #expect(ended.status == 0, "\(ended.standardError.suffix(2_000))")
    }
    let (published, replayed) = (try group.published(), try group.replayed())
    #expect(!replayed.alerts.isEmpty)
    say(
      "\(published.changes.values.reduce(0) { $0 + $1.count }) changes, \(group.repeatedChanges) of them twice"
    )
    #expect(published.scores == replayed.scores)
    #expect(published.changes == replayed.changes)
    #expect(published.alerts == replayed.alerts)
  }

  /// Input comes while the group is busy with the step.
  private func perform(
    _ step: Step, on group: JobGroup, _ random: inout SeededGenerator, input: () throws -> Void
  ) throws {
    let victim = Int.random(in: 0..<group.count, using: &random)
    switch step {
    case .add:
      if group.count < Self.instancesMax { try group.add() }
      try input()
    case .kill:
      try input()
      // In the middle of what it makes of the input.
      usleep(UInt32.random(in: 0..<200_000, using: &random))
      group.kill(victim)
      try group.add()
    case .halt:
      group.pause(victim)
      try input()
      sleep(UInt32(JobGroup.sessionSeconds + 2))
      group.goOn(victim)
    case .stop:
      try input()
      guard group.count > 1 else { break }
      let ended = group.stop(victim)
      #expect(ended.status == 0, "\(ended.standardError.suffix(2_000))")
    }
    try #require(try group.settle(), "an instance ended by itself after \(step)")
  }
}
