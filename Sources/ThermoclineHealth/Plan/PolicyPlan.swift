internal import ThermoclineCore
package import ThermoclineWindows

/// A policy compiled: which quantities to keep for every account, and how each measure and rule
/// reads them.
package struct PolicyPlan: Sendable {
  package let policy: Policy
  /// What the windows keep for every account; no two are equal.
  package let quantities: [WindowedQuantity]
  /// One for each measure, in the policy's order.
  let measures: [MeasurePlan]
  /// One for each drop rule, in the policy's order.
  let drops: [DropPlan]
  let silence: SilencePlan?
  package let people: PeoplePlan
  package let account: AccountPlan
  let usage: UsagePlan?
  /// Whose events the windows count one by one.
  package let tallies: Tallies
  /// Place of the quantity that says on how many days the account was active in the history.
  let evidence: Int
  /// Places of the measures that are judged against peers.
  package let peerMeasures: [Int]
  /// Which accounts have which of the variants.
  package let variants: PolicyVariants
  /// The policy as it is for each variant; the first is the one for all others.
  package let policies: [Policy]

  /// Compiles a policy that `validate()` finds no problem with; traps on another.
  ///
  /// The quantities of `kept` come first, in their order, whether the policy needs them or not: where no other follows, the
  /// policy can be used with the windows that are there.
  package init(_ policy: Policy, keeping kept: [WindowedQuantity] = []) {
    precondition(policy.validate().isEmpty, "a policy with problems cannot be compiled")
    var compiler = PlanCompiler(policy, keeping: kept)
    measures = policy.measures.map { compiler.plan($0) }
    drops = policy.alerts.drops.map { compiler.plan($0) }
    silence = policy.alerts.silence.map { compiler.plan($0) }
    people = compiler.planPeople()
    account = compiler.planAccount()
    usage = policy.usage.map { compiler.plan($0) }
    tallies = usage != nil ? [.users, .features] : people.tallies
    evidence = compiler.evidence()
    peerMeasures = policy.measures.indices.filter {
      if case .peers = policy.measures[$0].normalisation { true } else { false }
    }
    variants = PolicyVariants(policy)
    policies = variants.members.map { policy.applying($0) }
    quantities = compiler.quantities
    self.policy = policy
  }
}

/// How one measure reads the quantities of an account.
struct MeasurePlan: Sendable {
  enum Source: Sendable, BitwiseCopyable {
    case quantity(Int)
    /// Sums, and all that decays, are kept in millionths.
    case sum(Int)
    case last(value: Int, count: Int)
    case mean(sum: Int, count: Int)
    case share(part: Int, whole: Int)
    case stickiness(userDays: Int, users: Int, days: Double)
    case ratio(over: Int, under: Int)
    case recency
    case seats
  }

  var source: Source
  /// Zero means that what it counts never occurred; nil = cannot be absent that way.
  var seen: Int?
  /// Above zero while anything happened in the window, for a measure of users that counts as one then; nil for others.
  var activity: Int?
  /// The same window in the past, newest first; empty for a target.
  var baseline: [Int]
  /// Days the window is brought to for a younger account; nil = the value is taken as it is.
  var wholeDays: Double?
  /// Days after which an event counts half; nil = it counts whole.
  var halfLifeDays: Double?
  /// Place of its dimension in the policy; nil = no part of the score.
  var dimension: Int?
}

/// How one drop rule reads the quantities of an account.
struct DropPlan: Sendable {
  var name: String
  /// The week that ends now, then the weeks before, newest first.
  var weeks: [Int]
  /// Events of the last day.
  var day: Int
  /// p of a span below which it is evidence.
  var threshold: Double
  /// Every event counts, whatever its type.
  var isOfAll: Bool
  var cause: CausePlan?
}

/// How a fall's cause reads the quantities of an account.
struct CausePlan: Sendable {
  /// User-days and sessions (in millionths) of the last week, two, three and four, then of the four weeks
  /// before those.
  var audience: [Int]
  var sessions: [Int]
}

/// How the silence rule reads the quantities of an account.
struct SilencePlan: Sendable {
  /// Active days of the last `days`.
  var activeDays: Int
  var days: Int
  /// Alarms an account may raise in a week.
  var rate: Double
}
