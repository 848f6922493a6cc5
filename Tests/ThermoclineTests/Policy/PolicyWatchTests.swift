import Foundation
import Logging
import Synchronization
import Testing
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth

@testable import Thermocline

@Suite struct PolicyWatchTests {
  private final class Taken: Sendable {
    let policies = Mutex<[String]>([])
    var all: [String] { policies.withLock { $0 } }
  }

  /// A folder with a policy in it that changes.
  private func withPolicy(
    _ body: (_ watch: PolicyWatch, _ write: (String) throws -> Void, _ taken: Taken, LogLines)
      throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "watch-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "policy.yaml")
    func write(_ text: String) throws {
      try Data(("name: ours\nextends: default\n" + text).utf8).write(to: file)
    }
    try write("version: 1\n")
    let taken = Taken()
    let lines = LogLines()
    let loaded = try PolicyFile.load(file.path)
    let plan = PolicyPlan(loaded.policy)
    let watch = PolicyWatch(loaded, log: Logger(label: "test") { _ in lines }) {
      policy throws(SuccessionObstacle) in
      _ = try plan.successor(policy)
      taken.policies.withLock { $0.append(policy.identifier) }
      return EventTime(year: 2026, month: 1, day: 6)
    }
    try body(watch, write, taken, lines)
  }

  @Test func aChangedFileIsHandedOnOnce() throws {
    try withPolicy { watch, write, taken, lines in
      watch.look()
      #expect(taken.all.isEmpty)
      try write("version: 2\ncoverage_min: 0.4\n")
      watch.look()
      watch.look()
      #expect(taken.all == ["ours@2"])
      #expect(
        lines.all.contains {
          $0.contains("ours@2") && $0.contains("holds_from=2026-01-06T00:00:00")
        }, "\(lines.all)")
    }
  }

  @Test func aWrongFileIsRefusedAndTheOneBeforeStays() throws {
    try withPolicy { watch, write, taken, lines in
      try write("version: 2\ncoverage_min: 4\n")
      watch.look()
      watch.look()
      #expect(taken.all.isEmpty)
      let refusals = lines.all.filter { $0.contains("was refused") }
      #expect(refusals.count == 1 && refusals[0].contains("policy.yaml:4: coverage_min"))
      // The same words under another content, other windows, other alerts.
      for (text, reason) in [
        ("version: 1\ncoverage_min: 0.4\n", "raise its version"),
        ("version: 3\nmeasures: [{name: users_28d, window: 21d}]\n", "restart the job"),
        ("version: 4\nalerts: {budget: 1}\n", "alerts differ"),
      ] {
        try write(text)
        watch.read()
        #expect(lines.all.last?.contains(reason) == true, "\(lines.all.last ?? "")")
      }
      #expect(taken.all.isEmpty)
      try write("version: 5\n")
      watch.read()
      #expect(taken.all == ["ours@5"])
    }
  }
}
