internal import ThermoclineCore
internal import ThermoclineWindows

/// Turns measures and rules into quantities, each quantity once.
struct PlanCompiler {
  let policy: Policy
  private(set) var quantities: [WindowedQuantity] = []
  private var places: [WindowedQuantity: Int] = [:]

  /// Quantities to be kept come first and stay where they are.
  init(_ policy: Policy, keeping kept: [WindowedQuantity]) {
    self.policy = policy
    for quantity in kept { _ = place(quantity) }
  }

  /// Weights as whole millionths of the greatest, so that weights in the same proportions are the
  /// same weights to the last bit.
  static func whole(_ weights: [Double]) -> [Double] {
    let most = weights.max() ?? 0
    return most > 0 ? weights.map { ($0 / most * 1_000_000).rounded() } : weights
  }

  mutating func plan(_ measure: Measure) -> MeasurePlan {
    var plan = MeasurePlan(
      source: source(of: measure), seen: seen(measure), activity: activity(measure),
      baseline: baseline(of: measure),
      wholeDays: nil,
      dimension: policy.dimensions.firstIndex { $0.name == measure.dimension })
    if measure.normalisation.isOfWholeWindow, measure.kind.growsWithTime {
      plan.wholeDays = measure.window.days
      plan.halfLifeDays = measure.halfLife?.days
    }
    return plan
  }

  private mutating func source(of measure: Measure) -> MeasurePlan.Source {
    func at(_ aggregate: Aggregate, _ filter: EventFilter? = nil, _ length: TimeSpan? = nil)
      -> WindowedQuantity
    {
      WindowedQuantity(
        aggregate, of: filter ?? measure.filter, length: length ?? measure.window,
        slide: measure.slide)
    }
    return switch measure.kind {
    case .count where measure.halfLife != nil, .sum: .sum(place(at(measure.summed)))
    case .count: .quantity(place(at(.count)))
    case .last: .last(value: place(at(.last)), count: place(at(.count)))
    case .mean: .mean(sum: place(at(.sum)), count: place(at(.count)))
    case .activeDays: .quantity(place(at(.activePanes)))
    case .distinctUsers: .quantity(place(at(.distinctUsers)))
    case .distinctFeatures: .quantity(place(at(.distinctFeatures)))
    case .recency: .recency
    case .seats: .seats
    case .stickiness:
      .stickiness(
        userDays: place(at(.userPanes)),
        users: place(at(.distinctUsers, nil, max(.days(28), measure.window))),
        days: measure.window.days)
    case .share(let types):
      .share(
        part: place(at(.count, measure.filter.narrowed(toTypes: types))), whole: place(at(.count)))
    case .featureShare(let features):
      .share(
        part: place(at(.count, measure.filter.narrowed(toFeatures: features))),
        whole: place(at(.count)))
    case .ratio(let over, let under):
      .ratio(
        over: policy.measures.firstIndex { $0.name == over }!,
        under: policy.measures.firstIndex { $0.name == under }!)
    }
  }

  private mutating func baseline(of measure: Measure) -> [Int] {
    guard case .baseline(_, let weeks, _) = measure.normalisation else { return [] }
    let aggregate: Aggregate =
      switch measure.kind {
      case .activeDays: .activePanes
      default: measure.summed
      }
    return (1...weeks).map { week in
      // Whole days serve the past: coarser panes, the same weekdays.
      let wholeDays = measure.window.milliseconds % TimeSpan.days(1).milliseconds == 0
      return place(
        WindowedQuantity(
          aggregate, of: measure.filter, length: measure.window,
          slide: wholeDays ? .days(1) : measure.slide,
          shift: measure.baselineStep * Int64(week)))
    }
  }

  /// Where to look whether what the measure counts ever occurred: in the whole history, however far its own windows reach.
  private mutating func seen(_ measure: Measure) -> Int? {
    switch measure.kind {
    case .distinctUsers where measure.missing == .one: return nil
    case .distinctUsers:
      // An event that names no user says nothing of users. What has no room for so many slides is looked for in its window.
      let panes = Int(PolicyLimits.history.milliseconds / measure.slide.milliseconds)
      return place(
        WindowedQuantity(
          .userPanes, of: measure.filter,
          length: panes <= WindowPlan.panesMax ? PolicyLimits.history : measure.window,
          slide: measure.slide))
    case .count, .sum, .activeDays, .distinctFeatures:
      guard measure.filter != .any else { return nil }
      return place(
        WindowedQuantity(
          .count, of: measure.filter, length: PolicyLimits.history, slide: .days(1)))
    case .mean, .last, .recency, .ratio, .seats, .stickiness, .share, .featureShare: return nil
    }
  }

  private mutating func activity(_ measure: Measure) -> Int? {
    guard measure.missing == .one else { return nil }
    return place(
      WindowedQuantity(
        .activePanes, of: measure.filter, length: measure.window, slide: measure.slide))
  }

  mutating func plan(_ rule: DropRule) -> DropPlan {
    let measure = policy.measures.first { $0.name == rule.measure }!
    let weeks = (0...rule.weeks).map { week in
      WindowedQuantity(
        .count, of: measure.filter, length: measure.window,
        slide: week == 0 ? measure.slide : .days(1), shift: .days(7) * Int64(week))
    }
    let day = WindowedQuantity(.count, of: measure.filter, length: .days(1), slide: .days(1))
    return DropPlan(
      name: "drop:" + rule.measure, weeks: weeks.map { place($0) }, day: place(day),
      threshold: DropTest.threshold(rate: alarmRate(share: rule.share)),
      isOfAll: measure.filter == .any, cause: rule.cause.map { plan($0) })
  }

  private mutating func plan(_ cause: CauseRule) -> CausePlan {
    func places(_ aggregate: Aggregate, _ filter: EventFilter) -> [Int] {
      let four = TimeSpan.days(7 * Int64(LevelMemory.lag))
      var quantities = (1...LevelMemory.lag).map {
        WindowedQuantity(aggregate, of: filter, length: .days(7 * Int64($0)), slide: .days(1))
      }
      quantities.append(
        WindowedQuantity(aggregate, of: filter, length: four, slide: .days(1), shift: four))
      return quantities.map { place($0) }
    }
    return CausePlan(
      audience: places(.userPanes, .any), sessions: places(.sum, .types(cause.sessions)))
  }

  mutating func plan(_ rule: SilenceRule) -> SilencePlan {
    let quantity = WindowedQuantity(
      .activePanes, length: PolicyLimits.history, slide: .days(1))
    return SilencePlan(
      activeDays: place(quantity), days: Int(quantity.length.days),
      rate: alarmRate(share: rule.share))
  }

  mutating func plan(_ rule: UsageRule) -> UsagePlan { UsagePlan(rule) { place($0) } }

  mutating func planPeople() -> PeoplePlan {
    let alerts = policy.alerts
    let plan = PeoplePlan(
      contact: alerts.keyContact, single: alerts.singleUser,
      feature: alerts.feature, rate: alarmRate(share: alerts.keyContact?.share ?? 0),
      featureRate: alarmRate(share: alerts.feature?.share ?? 0))
    if plan.hasUsers {
      _ = place(WindowedQuantity(.distinctUsers, length: PeoplePlan.window, slide: .days(1)))
    }
    if plan.hasFeatures {
      _ = place(WindowedQuantity(.distinctFeatures, length: PeoplePlan.window, slide: .days(1)))
    }
    return plan
  }

  mutating func planAccount() -> AccountPlan {
    let alerts = policy.alerts
    let failures = alerts.payment.map { rule in
      place(
        WindowedQuantity(.count, of: .types(rule.types), length: rule.window, slide: .days(1)))
    }
    return AccountPlan(
      stop: alerts.suddenStop, decline: alerts.slowDecline, bands: alerts.bandChange,
      quadrants: alerts.quadrantChange, renewal: alerts.renewal, payment: alerts.payment,
      failures: failures ?? -1, rate: alarmRate(share: alerts.suddenStop?.share ?? 0),
      renewalNear: alerts.renewalNear, highest: UInt8(policy.bands.count - 1))
  }

  /// Days with any event, as far back as windows reach: how much is known of an account.
  mutating func evidence() -> Int {
    place(WindowedQuantity(.activePanes, length: PolicyLimits.history, slide: .days(1)))
  }

  /// False alarms a rule may raise for one account in one week.
  private func alarmRate(share: Double) -> Double {
    let alerts = policy.alerts
    let others = [
      alerts.silence?.share, alerts.keyContact?.share, alerts.feature?.share,
      alerts.suddenStop?.share,
    ]
    let shares = alerts.drops.reduce(others.reduce(0) { $0 + ($1 ?? 0) }) { $0 + $1.share }
    return shares > 0 ? alerts.budget / 1_000 * share / shares : 0
  }

  private mutating func place(_ wanted: WindowedQuantity) -> Int {
    var quantity = wanted
    quantity.filter = quantity.filter.sorted
    if let place = places[quantity] { return place }
    quantities.append(quantity)
    places[quantity] = quantities.count - 1
    return quantities.count - 1
  }
}

extension Measure {
  /// What a count or sum adds up.
  fileprivate var summed: Aggregate {
    switch (kind, halfLife) {
    case (.sum, nil): .sum
    case (.sum, let halfLife?): .decayedSum(halfLife: halfLife)
    case (_, let halfLife?): .decayedCount(halfLife: halfLife)
    case (_, nil): .count
    }
  }
}
