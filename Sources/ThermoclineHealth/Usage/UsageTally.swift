package import ThermoclineCore

/// What the accounts of a segment came to in their usage at a midnight: whole numbers that are added, so that parts of
/// several partitions come to the same in any order.
package struct UsageTally: Sendable, Equatable {
  /// One feature.
  package struct Feature: Sendable, Equatable {
    package var accounts = 0
    package var events = 0
    /// Days of an account with it, and of those whose time for an outcome is over: all, and with an outcome.
    package var days = 0
    package var decided = 0
    package var converted = 0
  }

  /// Accounts with usage, and different users of each, without shares.
  package private(set) var accounts = 0
  package private(set) var users = UsageUsers()
  /// Days of a user with an event, of the last 28.
  package private(set) var userDays = 0
  package private(set) var events = 0
  /// Users of each step of the funnel.
  package private(set) var funnel: [Int] = []
  /// Users of each step and of all before it, of the accounts where that is known; empty where it is of none.
  package internal(set) var through: [Int] = []
  /// For each horizon: accounts whose week is over and those that were there in it; the same of users.
  package private(set) var retention: [Retention] = []
  /// Accounts in onboarding after their first week, and those of them that stand still.
  package private(set) var onboarding = 0
  package private(set) var stalled = 0
  /// Cost to serve, and the revenue it is held against: hundredths of the currency.
  package private(set) var cost: Int64 = 0
  package private(set) var revenue: Int64 = 0
  /// Users by the week they came in (`StartWeek`).
  package internal(set) var cohorts: [Int32: Cohort] = [:]
  private var features: [String: Feature] = [:]

  package struct Cohort: Sendable, Equatable {
    /// Who came in the week.
    package var users = 0
    /// For each of the four horizons: those whose week then is over, and of them those who were there. Not arrays, for there are
    /// a dozen of these an account and midnight.
    package var decided = SIMD4<Int>.zero
    package var retained = SIMD4<Int>.zero

    mutating func add(_ other: Cohort) {
      users += other.users
      decided &+= other.decided
      retained &+= other.retained
    }
  }

  package struct Retention: Sendable, Equatable {
    package var accounts = 0
    package var accountsRetained = 0
    package var users = 0
    package var usersRetained = 0
  }

  package init() {}

  /// One account's usage.
  init(_ usage: AccountUsage, userDays: Int) {
    accounts = 1
    users = usage.users
    (users.stickiness, users.conversion) = (nil, nil)
    self.userDays = userDays
    events = usage.events
    funnel = usage.funnel.map(\.users)
    through = usage.funnel.compactMap(\.converted)
    retention = usage.retention.map {
      Retention(
        accounts: $0.account == nil ? 0 : 1, accountsRetained: $0.account == true ? 1 : 0,
        users: $0.users, usersRetained: $0.retained)
    }
    onboarding = usage.isOnboardingStalled == nil ? 0 : 1
    stalled = usage.isOnboardingStalled == true ? 1 : 0
    cost = Self.hundredths(usage.cost ?? 0)
    revenue = Self.hundredths(usage.revenue)
  }

  /// Counts an account's use of a feature.
  mutating func add(_ name: String, _ feature: Feature) {
    Self.add(feature, to: &features[name, default: Feature()])
    prune(Self.featuresHeld)
  }

  /// Counts what another part has counted.
  package mutating func merge(_ other: UsageTally) {
    accounts += other.accounts
    users.daily += other.users.daily
    users.weekly += other.users.weekly
    users.monthly += other.users.monthly
    users.successful += other.users.successful
    userDays += other.userDays
    events += other.events
    onboarding += other.onboarding
    stalled += other.stalled
    cost = Self.sum(cost, other.cost)
    revenue = Self.sum(revenue, other.revenue)
    funnel.add(other.funnel)
    through.add(other.through)
    for (i, part) in other.retention.enumerated() {
      if i == retention.count { retention.append(Retention()) }
      retention[i].accounts += part.accounts
      retention[i].accountsRetained += part.accountsRetained
      retention[i].users += part.users
      retention[i].usersRetained += part.usersRetained
    }
    for (week, cohort) in other.cohorts { cohorts[week, default: Cohort()].add(cohort) }
    for (name, feature) in other.features {
      Self.add(feature, to: &features[name, default: Feature()])
    }
    prune(Self.featuresHeld)
  }

  /// The features that are told apart, in the order of their names.
  package var ranked: [(name: String, feature: Feature)] {
    var whole = self
    whole.prune(Limits.segmentFeaturesMax)
    return whole.features.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
  }

  package static func == (a: UsageTally, b: UsageTally) -> Bool {
    func numbers(_ tally: UsageTally) -> [Int] {
      [
        tally.accounts, tally.userDays, tally.events, tally.onboarding, tally.stalled,
        Int(tally.cost), Int(tally.revenue),
      ] + tally.funnel + tally.through
    }
    return numbers(a) == numbers(b) && a.users == b.users && a.retention == b.retention
      && a.cohorts == b.cohorts
      && a.ranked.elementsEqual(b.ranked) { $0 == $1 }
  }

  /// Names are given up in bulk, so that it costs little for each.
  private static let featuresHeld = 2 * Limits.segmentFeaturesMax

  /// Keeps the first names in their order, once there are more than `most`. Which these are, and what they count, is
  /// the same whatever comes first: a name that is given up has `segmentFeaturesMax` before it for ever.
  private mutating func prune(_ most: Int) {
    guard features.count > most else { return }
    for name in features.keys.sorted().dropFirst(Limits.segmentFeaturesMax) { features[name] = nil }
  }

  private static func add(_ more: Feature, to feature: inout Feature) {
    feature.accounts += more.accounts
    feature.events += more.events
    feature.days += more.days
    feature.decided += more.decided
    feature.converted += more.converted
  }

  private static func hundredths(_ amount: Double) -> Int64 {
    Int64((min(max(amount, 0), 9e13) * 100).rounded())
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, isTooLarge) = a.addingReportingOverflow(b)
    return isTooLarge ? Int64.max : sum
  }
}

extension UsageTally {
  package func write(to state: inout StateWriter) {
    for number in [
      accounts, users.daily, users.weekly, users.monthly, users.successful, userDays, events,
      onboarding, stalled,
    ] { state.write(number) }
    state.write(cost)
    state.write(revenue)
    state.write(UInt64(funnel.count))
    for users in funnel { state.write(users) }
    state.write(UInt64(retention.count))
    for part in retention {
      for number in [part.accounts, part.accountsRetained, part.users, part.usersRetained] {
        state.write(number)
      }
    }
    state.write(UInt64(features.count))
    for (name, feature) in features.sorted(by: { $0.key < $1.key }) {
      state.write(name)
      for number in [
        feature.accounts, feature.events, feature.days, feature.decided, feature.converted,
      ] { state.write(number) }
    }
  }

  package init(from state: inout StateReader) throws(StateError) {
    accounts = try state.tallied()
    users.daily = try state.tallied()
    users.weekly = try state.tallied()
    users.monthly = try state.tallied()
    users.successful = try state.tallied()
    userDays = try state.tallied()
    events = try state.tallied()
    onboarding = try state.tallied()
    stalled = try state.tallied()
    cost = try state.amount()
    revenue = try state.amount()
    for _ in 0..<(try state.count()) { funnel.append(try state.tallied()) }
    for _ in 0..<(try state.count()) {
      retention.append(
        Retention(
          accounts: try state.tallied(), accountsRetained: try state.tallied(),
          users: try state.tallied(),
          usersRetained: try state.tallied()))
    }
    for _ in 0..<(try state.count()) {
      let name = try state.string()
      features[name] = Feature(
        accounts: try state.tallied(), events: try state.tallied(), days: try state.tallied(),
        decided: try state.tallied(), converted: try state.tallied())
    }
  }
}
