import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// Publishes at midnight how a partition's accounts use the product, where that differs from what was said before.
struct UsageWatch: ~Copyable {
  /// Whether the policy asks for it.
  let isOn: Bool
  private var sheet: UsageSheet?
  private var table = UsageTable()
  private var users = EntityDays()
  private var features = EntityDays()
  private let funnel: [EventFilter]
  /// The windows' numbers of the funnel's filters, once known.
  private var steps: [UInt32]?
  private var writer = JSONWriter()

  init(_ plan: PolicyPlan) {
    sheet = UsageSheet(plan)
    isOn = plan.policy.usage != nil
    funnel = (plan.policy.usage?.funnel ?? []).map { .types([$0]) }
  }

  /// Goes over to a policy that says the same of usage: what is published names it.
  mutating func take(_ plan: PolicyPlan) { sheet = UsageSheet(plan) }

  /// Bytes held for the accounts.
  var bytes: Int { isOn ? table.bytes : 0 }

  /// Adds accounts without a past.
  mutating func extend(to count: Int) { if isOn { table.extend(to: count) } }

  /// The account has no past any more: a tombstone takes its usage back.
  mutating func forget(_ account: UInt32, named name: String, at: EventTime, _ output: OutputBatch)
  {
    guard isOn else { return }
    table.reset(account)
    output.addTombstone(.usage, key: name, at: at)
  }

  /// An account at midnight. Gives back its part of its segment's figures; nil for one that was not there for long.
  mutating func note(
    _ account: UInt32, _ reading: borrowing WindowReading, stage: String, revenue: Double,
    _ store: inout WindowStore, _ output: OutputBatch
  ) -> UsageTally? {
    guard isOn, reading.at - reading.lastEvent <= UsagePlan.span else { return nil }
    let since = reading.at - UsagePlan.window
    let most = UsagePlan.entitiesMax
    let isRead = store.readEntityDays(account, .users, since: since, most: most, into: &users)
    let through = isRead ? through(account, since, &store) : nil
    store.readEntityDays(account, .features, since: since, most: most, into: &features)
    let name = store.name(of: account)
    let made = sheet?.usage(
      of: account, named: name, reading, users: users, features: features, through: through,
      stage: stage, revenue: revenue, &table
    ) { store.name(ofEntity: $0) }
    guard let usage = made else { return nil }
    let tally = sheet?.tally(of: usage, account, reading, features: features, table) {
      store.name(ofEntity: $0)
    }
    writer.clear()
    let start = AccountUsageEncoder.encode(usage, into: &writer)
    if table.show(account, writer.bytes[start...]) {
      output.add(.usage, key: name, at: reading.at, bytes: writer.bytes)
    }
    return tally
  }

  /// Users of each step of the funnel and of all before it.
  private mutating func through(
    _ account: UInt32, _ since: EventTime, _ store: inout WindowStore
  ) -> [Int] {
    let steps = steps ?? funnel.map { store.plan.dimension(of: $0, isFeature: false) }
    self.steps = steps
    return steps.isEmpty ? [] : store.countThrough(account, steps, since: since, users)
  }
}

extension UsageWatch {
  func write(to state: inout StateWriter) { table.write(to: &state) }
  mutating func read(from state: inout StateReader) throws(StateError) {
    try table.read(from: &state)
  }
}
