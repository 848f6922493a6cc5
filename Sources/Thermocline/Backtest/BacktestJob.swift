package import ThermoclineBacktest
internal import ThermoclineCodec
package import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth
package import ThermoclineWindows

/// Runs the production engine over archives, once for each policy, and holds its scores and alerts
/// against the accounts that left.
package struct BacktestJob: Sendable {
  /// What the job is doing; each begins anew at nothing done.
  package enum Stage: Sendable, Equatable {
    case counting
    case scoring(policy: String)
    case judging
    case fitting
  }

  package var inputs: [String]
  /// A table of profiles; nil = there is none.
  package var profiles: String?
  /// A table with the columns `account` and `churned`. An account without a date has not left.
  package var labels: String
  /// One or two, the second for comparison.
  package var policies: [Policy]
  package var settings: WindowSettings
  package var format = InputSettings()
  package var futureTolerance = Limits.futureToleranceDefault
  package var plan = BacktestPlan()
  package var bootstrap = 1_000
  package var seed: UInt64 = 1

  package init(
    inputs: [String], profiles: String?, labels: String, policies: [Policy],
    settings: WindowSettings
  ) {
    self.inputs = inputs
    self.profiles = profiles
    self.labels = labels
    self.policies = policies
    self.settings = settings
  }

  /// Cases and what the policies said of them. - Parameter progress: done and in all, in bytes.
  package func run(
    progress: (Stage, _ done: Int64, _ total: Int64) -> Void
  ) throws(JobFailure) -> (table: CaseTable, runs: [PolicyRun]) {
    let profiles = try Inputs.profiles(self.profiles)
    let table = CaseTable(try accounts(profiles, progress), plan: plan)
    guard !table.cases.isEmpty else {
      throw JobFailure(
        .badData,
        "no account is at risk at any cut-off; set --cut-first, --cut-step and --cut-last to days "
          + "the archive covers")
    }
    let horizon = plan.horizons[0]
    let known = table.known(horizon: horizon).map { table.cases[$0].isChurner(horizon: horizon) }
    guard known.contains(true), known.contains(false) else {
      throw JobFailure(
        .badData,
        "\(labels): of \(known.count) cases with a known outcome \(known.count { $0 }) leave within "
          + "\(horizon) days; there must be some that do and some that do not")
    }
    var runs: [PolicyRun] = []
    for policy in policies {
      var job = ReplayJob(inputs: inputs, output: "", settings: settings)
      job.profiles = profiles
      job.policy = policy
      job.format = format
      job.futureTolerance = futureTolerance
      let collector = ScoreCollector(table, policy: policy)
      let (_, damage) = try job.publish(to: collector) { done, total, _ in
        progress(.scoring(policy: policy.identifier), done, total)
      }
      if let damage { throw damage }
      runs.append(try collector.finish())
    }
    return (table, runs)
  }

  private func accounts(
    _ profiles: [String: AccountProfile], _ progress: (Stage, Int64, Int64) -> Void
  ) throws(JobFailure) -> [BacktestAccount] {
    let labels = try AccountDates.read(self.labels, column: "churned")
    var joined = AccountDates.none
    if let path = self.profiles {
      joined = try AccountDates.read(path, column: "registered", isOptional: true)
    }
    let decoder = format.decoder(latestAccepted: wallClock() + futureTolerance)
    let activity = try ActivityReader.read(inputs, decoder) { progress(.counting, $0, $1) }
    let streamStart = activity.accounts.values.lazy.compactMap(\.firstDay).min() ?? 0
    return activity.accounts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { name, activity in
        let profile = profiles[name]
        let started = profile?.contractStart?.dayNumber
        return BacktestAccount(
          name: name, joinedDay: joined.days[name] ?? started,
          originDay: plan.origin == .stream
            ? streamStart : started ?? activity.firstDay ?? streamStart,
          churnDay: labels.days[name], tier: profile?.tier ?? AccountProfile().tier,
          industry: profile?.industry ?? "", activity: activity)
      }
  }
}
