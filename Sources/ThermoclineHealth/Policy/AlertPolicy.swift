package import ThermoclineCore

/// When to raise an alert, and how often that may happen without cause.
package struct AlertPolicy: Sendable, Equatable {
  /// False alarms allowed in 1,000 account-weeks, over all rules; 0 = no rule that goes by chances.
  package var budget: Double
  /// When so many accounts fall at once that the budget would miss most of them: the share of a week's
  /// alerts that may be false then, 0…0.5; 0 = the budget and nothing else.
  package var falseShare: Double
  package var drops: [DropRule]
  package var outage: OutageRule?
  package var silence: SilenceRule?
  package var keyContact: KeyContactRule?
  package var singleUser: SingleUserRule?
  package var feature: FeatureRule?
  package var suddenStop: SuddenStopRule?
  package var slowDecline: SlowDeclineRule?
  package var bandChange: ChangeRule?
  package var quadrantChange: ChangeRule?
  package var renewal: RenewalRule?
  package var payment: PaymentRule?
  /// Daily ticks in a row with evidence before an alert fires, ≥ 1.
  package var fireTicks: Int
  /// Daily ticks in a row above the clear level before an alert is resolved, ≥ 1.
  package var clearTicks: Int
  /// Least time between the end of an alert and the next of the same account and rule.
  package var coolDown: TimeSpan
  /// An alert weighs more within this time of the contract's end.
  package var renewalNear: TimeSpan
  /// An alert weighs more from this revenue a month on.
  package var revenueLarge: Double
  /// Tiers whose alerts weigh more.
  package var importantTiers: [String]

  package init(
    budget: Double = 5, falseShare: Double = 0.1, drops: [DropRule] = [],
    outage: OutageRule? = nil, silence: SilenceRule? = nil, keyContact: KeyContactRule? = nil,
    singleUser: SingleUserRule? = nil, feature: FeatureRule? = nil,
    suddenStop: SuddenStopRule? = nil,
    slowDecline: SlowDeclineRule? = nil, bandChange: ChangeRule? = nil,
    quadrantChange: ChangeRule? = nil, renewal: RenewalRule? = nil, payment: PaymentRule? = nil,
    fireTicks: Int = 1, clearTicks: Int = 3, coolDown: TimeSpan = .days(14),
    renewalNear: TimeSpan = .days(90),
    revenueLarge: Double = 10_000, importantTiers: [String] = ["enterprise"]
  ) {
    self.budget = budget
    self.falseShare = falseShare
    self.drops = drops
    self.outage = outage
    self.silence = silence
    self.keyContact = keyContact
    self.singleUser = singleUser
    self.feature = feature
    self.suddenStop = suddenStop
    self.slowDecline = slowDecline
    self.bandChange = bandChange
    self.quadrantChange = quadrantChange
    self.renewal = renewal
    self.payment = payment
    self.fireTicks = fireTicks
    self.clearTicks = clearTicks
    self.coolDown = coolDown
    self.renewalNear = renewalNear
    self.revenueLarge = revenueLarge
    self.importantTiers = importantTiers
  }
}

/// Judges the last weeks of a count against the account's own weeks before.
package struct DropRule: Sendable, Equatable {
  /// A measure of kind `count` with a window of 7 days. The rule is called `drop:` and this name.
  package var measure: String
  /// How many weeks to look back for what to expect, 4…`PolicyLimits.baselineWeeksMax`.
  package var weeks: Int
  /// Fewer whole weeks of history than this: "not enough data". At least 2.
  package var weeksMin: Int
  /// The spans tested, shortest first: a short one sees a large fall fast, a long one gathers
  /// evidence where a week of a small account says little.
  package var spans: [DropSpan]
  /// Expected events of a span below which nothing is said.
  package var volumeMin: Double
  /// The fall of the last 7 days below which a firing alert recovers, 0…1, below every `effectMin`.
  package var clearLevel: Double
  /// Variance ÷ mean of weekly counts taken for granted where too few peers tell what is usual; ≥ 1.
  package var priorDispersion: Double
  /// How many weeks of evidence that prior is worth; > 0.
  package var priorDegrees: Double
  /// This rule's part of the budget relative to the other rules; > 0.
  package var share: Double
  /// How its falls are split into causes; nil = they are not.
  package var cause: CauseRule?

  package init(
    measure: String, weeks: Int = 8, weeksMin: Int = 4,
    spans: [DropSpan] = DropSpan.standard,
    volumeMin: Double = 10, clearLevel: Double = 0.15, priorDispersion: Double = 3,
    priorDegrees: Double = 4, share: Double = 1, cause: CauseRule? = nil
  ) {
    self.measure = measure
    self.weeks = weeks
    self.weeksMin = weeksMin
    self.spans = spans
    self.volumeMin = volumeMin
    self.clearLevel = clearLevel
    self.priorDispersion = priorDispersion
    self.priorDegrees = priorDegrees
    self.share = share
    self.cause = cause
  }
}

/// One of the spans a drop rule tests.
package struct DropSpan: Sendable, Equatable {
  /// From a week, which sees a large fall fast, to four, which gather evidence where one says little.
  package static let standard = [
    DropSpan(weeks: 1, effectMin: 0.3), DropSpan(weeks: 2, effectMin: 0.25),
    DropSpan(weeks: 3, effectMin: 0.2), DropSpan(weeks: 4, effectMin: 0.2),
  ]

  /// 1…4 whole weeks ending now.
  package var weeks: Int
  /// The least fall worth an alert, 0…1.
  package var effectMin: Double

  package init(weeks: Int, effectMin: Double) {
    self.weeks = weeks
    self.effectMin = effectMin
  }
}

/// No event for much longer than the account's own rhythm lets expect. The rule is called
/// `silence`.
package struct SilenceRule: Sendable, Equatable {
  /// As alerts name it.
  static let name = "silence"

  /// Whole days without an event below which nothing is said, ≥ 2.
  package var daysMin: Int
  /// Active days before the silence that must be known, ≥ 2.
  package var activeDaysMin: Int
  /// Active and silent days come in runs (weekends, holidays, projects), so that a silence of n
  /// days is worth only n ÷ this many independent ones; ≥ 1.
  package var runLength: Double
  /// This rule's part of the budget relative to the other rules; > 0.
  package var share: Double

  package init(
    daysMin: Int = 7, activeDaysMin: Int = 4, runLength: Double = 2.5, share: Double = 1
  ) {
    self.daysMin = daysMin
    self.activeDaysMin = activeDaysMin
    self.runLength = runLength
    self.share = share
  }
}

/// Most accounts have far fewer events than on the same weekdays before: they are being lost on their
/// way. One alert, `tracking_outage`, is published with no account, and account alerts are held; where
/// only the events of one drop rule are lost, `tracking_outage:` and its measure, and only its alerts.
package struct OutageRule: Sendable, Equatable {
  /// What is left of an ordinary day at most, above 0 to 0.9.
  package var level: Double

  package init(level: Double = 0.4) { self.level = level }
}
