internal import ThermoclineCore

/// Decides what happens to whom and when. Every incident leaves six weeks of history before it and
/// its effect is complete, or over, two weeks before the end.
enum IncidentPlan {
  static let historyDays = 42
  static let aftermathDays = 14

  /// One row of the plan: thousandths of the accounts, and how many events a week an account needs
  /// for the incident to be more than noise.
  private static let shares: [(kind: IncidentKind, perThousand: Int, weeklyMeanMin: Double)] = [
    (.suddenStop, 25, 10), (.businessShrank, 20, 60), (.turnedAway, 20, 60), (.slowDecline, 20, 60),
    (.featureAbandoned, 15, 100), (.contactSilent, 10, 40), (.contactChanged, 10, 40),
    (.shortDip, 20, 60), (.newAccount, 40, 0), (.burst, 30, 40),
  ]

  /// Plans the incidents; new accounts, abandoned features and contacts are written into
  /// `accounts`.
  static func incidents(
    _ settings: PopulationSettings, _ accounts: inout [SimulatedAccount]
  ) -> [Incident] {
    var random = SplitMix64(seed: settings.seed, stream: 2)
    var free = Array(accounts.indices)
    random.shuffle(&free)
    var incidents = everyone(settings)
    let holiday = incidents[0]
    for share in shares {
      for _ in 0..<max(1, accounts.count * share.perThousand / 1_000) {
        let index = takeAccount(from: &free, accounts, weeklyMeanMin: share.weeklyMeanMin)
        incidents.append(
          incident(share.kind, &accounts[index], settings, outside: holiday, &random))
      }
    }
    return incidents
  }

  /// The first free account that is large enough, or else the largest free one.
  private static func takeAccount(
    from free: inout [Int], _ accounts: [SimulatedAccount], weeklyMeanMin: Double
  ) -> Int {
    let position =
      free.firstIndex { accounts[$0].weeklyMean >= weeklyMeanMin }
      ?? free.indices.max { accounts[free[$0]].weeklyMean < accounts[free[$1]].weeklyMean }!
    return free.remove(at: position)
  }

  /// A holiday week and two outages, apart from each other.
  private static func everyone(_ settings: PopulationSettings) -> [Incident] {
    func week(_ tenths: Int) -> EventTime {
      settings.start + .days(Int64(settings.days * tenths / 70 * 7))
    }
    let holiday = week(7)
    let total = week(5) + .days(1) + .hours(6)
    let partial = week(6) + .days(2)
    return [
      Incident(.holiday, of: .everyone, from: holiday, to: holiday + .days(7), remaining: 0.5),
      Incident(.trackingOutage, of: .everyone, from: total, to: total + .hours(14), remaining: 0),
      Incident(
        .trackingOutage, of: .everyone, from: partial, to: partial + .days(1), remaining: 0,
        type: EventType.botCall.rawValue),
    ]
  }

  private static func incident(
    _ kind: IncidentKind, _ account: inout SimulatedAccount, _ settings: PopulationSettings,
    outside holiday: Incident, _ random: inout SplitMix64
  ) -> Incident {
    let duration =
      switch kind {
      case .slowDecline: random.within(21...28)
      case .shortDip: random.within(2...3)
      case .burst: 1
      default: 0
      }
    let lastStart = settings.days - aftermathDays - duration
    var day = random.within(historyDays...lastStart)
    let holidayDay = Int((holiday.start - settings.start).days)
    // A start inside the holiday could not be told from it; the week before always has room.
    if day + max(1, min(duration, 7)) > holidayDay, day < holidayDay + 7 { day = holidayDay - 7 }
    // On a weekend a dip or a burst would hardly show; Monday keeps all of it on working days.
    if kind == .shortDip || kind == .burst { day -= day % 7 }
    let start = settings.start + .days(Int64(day))
    var incident = Incident(
      kind, of: .account(account.name), from: start, to: settings.end, remaining: 0)
    switch kind {
    case .suddenStop, .holiday, .trackingOutage: break
    case .businessShrank, .turnedAway:
      incident.remaining = Double(100 - random.within(30...70)) / 100
      if kind == .turnedAway { incident.type = EventType.botCall.rawValue }
    case .slowDecline:
      incident.remaining = Double(100 - random.within(50...80)) / 100
      incident.rampDays = duration
    case .featureAbandoned:
      // Few features, so that the favourite carries about half of the clicks.
      account.features = 4
      incident.type = EventType.featureClick.rawValue
      incident.feature = account.feature(0)
    case .contactSilent, .contactChanged:
      account.users = min(account.users, 12)
      account.profile.keyContacts = [account.user(0)]
      incident.user = account.user(0)
    case .shortDip:
      incident.remaining = 0.35
      incident.end = start + .days(Int64(duration))
    case .newAccount:
      incident.remaining = 1
      account.profile.contractStart = start
      account.profile.contractEnd = start + .days(365)
    case .burst:
      incident.remaining = Double(random.within(4...7))
      incident.end = start + .days(1)
    }
    return incident
  }
}
