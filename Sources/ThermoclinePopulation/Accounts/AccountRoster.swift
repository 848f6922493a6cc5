internal import ThermoclineCore

/// Makes the accounts of a population from its settings.
enum AccountRoster {
  /// Business days with a quiet weekend, and the flat week of consumer-like accounts (one in
  /// twelve).
  private static let businessWeek = [1.30, 1.36, 1.36, 1.30, 1.18, 0.28, 0.22]
  private static let flatWeek = [Double](repeating: 1, count: 7)

  /// All accounts, in order of their names, before any incident is planned.
  static func accounts(_ settings: PopulationSettings) -> [SimulatedAccount] {
    var random = SplitMix64(seed: settings.seed, stream: 1)
    var sizes = Tier.allCases.flatMap { tier in
      let count = tier.accounts(of: settings.accounts)
      return (0..<count).map {
        (tier, weeklyMean(tier, quantile: (Double($0) + 0.5) / Double(count)))
      }
    }
    random.shuffle(&sizes)
    let sum = sizes.reduce(0) { $0 + $1.1 }
    let scale = Double(settings.eventsTarget) * 7 / Double(settings.days) / sum
    return sizes.enumerated().map { index, size in
      account(index, size.0, weeklyMean: size.1 * scale, settings, &random)
    }
  }

  private static func weeklyMean(_ tier: Tier, quantile: Double) -> Double {
    let (lower, upper) = tier.weeklyMean
    return lower
      * PortableMath.exponential(PortableMath.logarithm(upper / lower) * quantile * quantile)
  }

  private static func account(
    _ index: Int, _ tier: Tier, weeklyMean: Double, _ settings: PopulationSettings,
    _ random: inout SplitMix64
  ) -> SimulatedAccount {
    let skew = random.unit()
    var account = SimulatedAccount(
      index: index, name: "acct-" + padded(index, 6), profile: AccountProfile(),
      weeklyMean: weeklyMean, dispersion: 1 + 7 * skew * skew,
      users: random.within(tier.users), features: random.within(4...EventVocabulary.features.count),
      featureOffset: random.below(EventVocabulary.features.count),
      weekdays: random.below(12) == 0 ? flatWeek : businessWeek, zone: random.within(-6...8),
      paymentDay: random.within(1...28))
    account.profile = profile(of: account, tier, settings, &random)
    return account
  }

  private static func profile(
    of account: SimulatedAccount, _ tier: Tier, _ settings: PopulationSettings,
    _ random: inout SplitMix64
  ) -> AccountProfile {
    var profile = AccountProfile()
    profile.tier = tier.rawValue
    profile.industry = EventVocabulary.industries[random.below(EventVocabulary.industries.count)]
    // Contracts run for a year and are renewed, so that the current one began within the last year.
    let start = settings.start - .days(Int64(random.within(30...365)))
    profile.contractStart = start
    profile.contractEnd = start + .days(365)
    profile.revenue = Double(random.within(tier.revenue))
    profile.seats = account.users + random.below(account.users + 1)
    // Every second account has named contacts: its most active users.
    if random.below(2) == 0 {
      profile.keyContacts = (0..<min(account.users, 1 + random.below(2))).map(account.user)
    }
    if account.index > 0, random.below(25) == 0 {
      profile.parent = "acct-" + padded(random.below(account.index), 6)
    }
    return profile
  }
}
