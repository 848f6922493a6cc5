import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclinePopulation
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// All that a replay of a simulated population writes, with every rule and section of the policy in use.
struct SimulatedOutput: Sendable {
  /// Lines by the file's name without its extension.
  let lines: [String: [String]]

  /// Made once for all tests.
  static let shared = Result { try SimulatedOutput() }

  private init() throws {
    let folder = try TemporaryFolder()
    var settings = PopulationSettings()
    (settings.accounts, settings.days, settings.eventsTarget) = (30, 98, 30_000)
    var population = try Population(settings)
    var bytes: [UInt8] = []
    while population.nextDay({ bytes += $0.payload + [0x0A] }) {}
    // Of two days more the second begins before the first is over, so that its window is said again.
    let (name, end) = (population.accounts[0].name, settings.end.milliseconds)
    for time in [end + 25 * hour, end + 23 * hour] {
      bytes += Array((TestEvent(account: name, time: time).line + "\n").utf8)
    }
    // No UTF-8.
    bytes += [0x7B, 0xFF, 0x7D, 0x0A]
    var job = ReplayJob(
      inputs: [try folder.file("events.ndjson", bytes)], output: folder.path + "/out",
      settings: WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(6)))
    job.policy = Self.policy
    job.profiles = Dictionary(
      uniqueKeysWithValues: population.profiles.map { ($0.account, $0.profile) })
    job.emission = WindowEmission(length: .days(1), slide: .days(1), types: ["login", "payment"])
    job.overrides = Self.overrides(of: population)
    job.controls = Self.controls(population.groundTruth)
    _ = try job.run { _, _, _ in }
    var lines: [String: [String]] = [:]
    for name in try folder.names(in: "out") {
      lines[String(name.prefix { $0 != "." })] = try folder.lines("out/" + name)
    }
    self.lines = lines
  }

  private static var policy: Policy {
    var policy = Policy.standard
    policy.alerts.fireTicks = 2
    policy.alerts.singleUser = SingleUserRule(shareMin: 0.6, clearLevel: 0.55, weeks: 2)
    policy.alerts.suddenStop = SuddenStopRule()
    policy.alerts.slowDecline = SlowDeclineRule(pointsMin: 6)
    policy.alerts.bandChange = ChangeRule(settled: .days(14))
    policy.alerts.quadrantChange = ChangeRule(settled: .days(14))
    policy.alerts.renewal = RenewalRule(pointsMin: 4)
    policy.usage = UsageRule(
      topFeatures: 5, funnel: ["login", "feature_click", "outcome", "payment"],
      costs: [UsageCost("bot_call", 0.002)])
    return policy
  }

  private static func overrides(of population: Population) -> [String: ScoreOverride] {
    let end = EventTime(year: 2025, month: 12, day: 1)
    let accounts = population.accounts.map(\.name)
    return [
      accounts[0]: ScoreOverride(band: "red", reason: "champion left", author: "ana", expires: end),
      accounts[1]: ScoreOverride(
        score: Points(90), reason: "they renewed", author: "ana", expires: end),
    ]
  }

  /// One alert in two is acknowledged two days after what happened, the others are snoozed.
  private static func controls(_ truth: GroundTruth) -> [String: AlertControl] {
    var controls: [String: AlertControl] = [:]
    for (i, incident) in truth.incidents.enumerated() {
      guard let account = incident.account else { continue }
      for rule in ["silence", "drop:events_7d", "sudden_stop", "feature_abandoned"] {
        controls[alertFingerprint(rule: rule, account: account)] =
          i % 2 == 0
          ? AlertControl(
            .acknowledge, reason: "known", author: "ana", from: incident.start + .days(20),
            expires: i % 4 == 0 ? nil : incident.start + .days(40))
          : AlertControl(
            .snooze, reason: "holidays", author: "ana", from: incident.start + .days(20),
            expires: incident.start + .days(27))
      }
    }
    return controls
  }
}
