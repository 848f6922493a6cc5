package import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth
package import ThermoclineWindows

/// What policies would have fired over an archive, before one is switched on: the production engine, once for each.
package struct SimulationJob: Sendable {
  package var inputs: [String]
  /// A table of profiles; nil = there is none.
  package var profiles: String?
  /// One, or two for comparison.
  package var policies: [Policy]
  package var settings: WindowSettings
  package var format = InputSettings()
  package var futureTolerance = Limits.futureToleranceDefault
  /// Only alerts that fire from this event time on count; nil = all.
  package var since: EventTime?
  /// Only rules whose names begin like this; empty = all.
  package var rule = ""

  package init(
    inputs: [String], profiles: String?, policies: [Policy], settings: WindowSettings
  ) {
    self.inputs = inputs
    self.profiles = profiles
    self.policies = policies
    self.settings = settings
  }

  /// - Parameter progress: the policy at work, done and in all, in bytes.
  package func run(
    progress: (_ policy: String, _ done: Int64, _ total: Int64) -> Void
  ) throws(JobFailure) -> SimulationReport {
    let profiles = try Inputs.profiles(self.profiles)
    var runs: [SimulationReport.Run] = []
    for policy in policies {
      var job = ReplayJob(inputs: inputs, output: "", settings: settings)
      job.profiles = profiles
      job.policy = policy
      job.format = format
      job.futureTolerance = futureTolerance
      let collector = AlertCollector(profiles)
      let (snapshot, damage) = try job.publish(to: collector) { done, total, _ in
        progress(policy.identifier, done, total)
      }
      if let damage { throw damage }
      let end = snapshot.progress.map(\.watermark).max() ?? .distantPast
      let start = collector.firstSeen.values.min() ?? end
      let first = max(start, since ?? start)
      guard first < end else {
        throw JobFailure(
          .badData,
          "the archive ends at \(end), and nothing of it lies in the time that is asked for")
      }
      var weeks = SimulationReport.Weeks()
      for (account, seen) in collector.firstSeen {
        let span = (end - max(seen, first)).days / 7
        if span > 0 { weeks.add(span, profiles[account] ?? AccountProfile()) }
      }
      runs.append(
        SimulationReport.Run(
          policy: policy.identifier, weeks: weeks,
          fired: collector.fired.filter { $0.at >= first && $0.rule.hasPrefix(rule) }
            .sorted { ($0.at, $0.account, $0.rule) < ($1.at, $1.account, $1.rule) },
          from: first, to: end))
    }
    return SimulationReport(runs: runs)
  }
}
