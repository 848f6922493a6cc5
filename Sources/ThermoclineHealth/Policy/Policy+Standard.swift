internal import ThermoclineCore
internal import ThermoclineWindows

extension Policy {
  /// The default policy, the same as `deploy/policy/default.yaml`.
  ///
  /// Its level rests on how often, how lately and how broadly an account is active, which any event
  /// stream has, in itself and among its peers; types of a known meaning add to it where they occur. Ratios to the
  /// account's own past have a small say in the level (they foretell worst of all) and drive the alerts.
  package static let standard = Policy(
    name: "default", version: 1,
    dimensions: [Dimension("outcome", weight: 80), Dimension("experience", weight: 20)],
    measures: generalMeasures + outcomeMeasures + experienceMeasures + peerMeasures,
    bands: [Band("red", from: 0), Band("yellow", from: 35), Band("green", from: 65)],
    alerts: AlertPolicy(
      drops: [
        DropRule(measure: "events_7d", share: 6),
        DropRule(measure: "bot_calls_7d", share: 3, cause: CauseRule()),
      ],
      outage: OutageRule(), silence: SilenceRule(share: 1), keyContact: KeyContactRule(share: 1),
      feature: FeatureRule(share: 1), renewal: RenewalRule(), payment: PaymentRule()),
    overrides: [
      PolicyOverride(
        when: SegmentCondition(tiers: ["enterprise"]),
        dimensions: [Dimension("outcome", weight: 70), Dimension("experience", weight: 30)])
    ])

  private static let generalMeasures: [Measure] = [
    Measure(
      "active_days_28d", .activeDays,
      normalisation: .target(ControlPoints([(0, 0), (4, 35), (8, 52), (14, 76), (20, 100)])),
      weight: 30, dimension: "outcome", axis: .temperature, label: "active days in 4 weeks"),
    Measure(
      "active_days_14d", .activeDays, window: .days(14),
      normalisation: .target(ControlPoints([(0, 0), (2, 35), (4, 52), (7, 76), (10, 100)])),
      weight: 20, dimension: "outcome", axis: .temperature, label: "active days in 2 weeks"),
    Measure(
      "days_since_last_event", .recency, direction: .lowerIsBetter,
      normalisation: .target(ControlPoints([(1, 100), (3, 90), (7, 65), (14, 30), (28, 0)])),
      weight: 18, dimension: "outcome", axis: .temperature, label: "days since the last event"),
    Measure(
      "users_28d", .distinctUsers,
      normalisation: .target(ControlPoints([(0, 0), (1, 70), (3, 85), (6, 100)])),
      weight: 5, dimension: "outcome", missing: .one, label: "users in 4 weeks"),
    Measure(
      "features_28d", .distinctFeatures,
      normalisation: .target(ControlPoints([(0, 0), (1, 50), (3, 75), (8, 100)])),
      weight: 7, dimension: "outcome", label: "features in 4 weeks"),
    Measure(
      "stickiness", .stickiness, window: .days(7),
      normalisation: .target(ControlPoints([(0, 0), (0.1, 40), (0.3, 75), (0.6, 100)])),
      weight: 4, axis: .temperature),
    Measure(
      "events_7d", .count, window: .days(7), slide: .hours(1),
      normalisation: .baseline(
        ControlPoints([(0, 0), (0.5, 45), (0.8, 80), (1, 100)]), weeks: 8, weeksMin: 4),
      weight: 6, dimension: "outcome", label: "events in a week"),
  ]

  private static let outcomeMeasures: [Measure] = [
    Measure(
      "use_days_14d", .activeDays, of: .types(["login", "feature_click", "session"]),
      window: .days(14),
      normalisation: .baseline(
        ControlPoints([(0, 0), (0.5, 45), (0.8, 80), (1, 100)]), weeks: 3, weeksMin: 2),
      weight: 8, dimension: "outcome", axis: .temperature, label: "days of use in 2 weeks"),
    Measure(
      "outcomes_14d", .count, of: .types(["outcome"]), window: .days(14),
      normalisation: .baseline(
        ControlPoints([(0, 0), (0.5, 45), (0.8, 80), (1, 100)]), weeks: 3, weeksMin: 2),
      weight: 10, dimension: "outcome", label: "outcomes in 2 weeks"),
    Measure(
      "bot_calls_7d", .count, of: .types(["bot_call"]), window: .days(7), slide: .hours(1),
      normalisation: .baseline(
        ControlPoints([(0, 0), (0.5, 45), (0.8, 80), (1, 100)]), weeks: 8, weeksMin: 4),
      weight: 6, dimension: "outcome", axis: .commitment, label: "bot calls in a week"),
    Measure(
      "invites_28d", .count, of: .types(["invite"]),
      normalisation: .target(ControlPoints([(0, 20), (1, 100)])),
      weight: 3, dimension: "outcome", axis: .commitment, label: "invites in 4 weeks"),
  ]

  private static let experienceMeasures: [Measure] = [
    Measure(
      "nps_56d", .mean, of: .types(["nps"]), window: .days(56),
      normalisation: .target(ControlPoints([(0, 0), (6, 35), (7, 60), (9, 95), (10, 100)])),
      weight: 8, dimension: "experience", axis: .commitment, label: "mean NPS"),
    Measure(
      "answer_minutes_28d", .mean, of: .types(["ticket_answered"]), direction: .lowerIsBetter,
      normalisation: .target(ControlPoints([(30, 100), (240, 80), (1_440, 45), (4_320, 0)])),
      weight: 6, dimension: "experience", label: "minutes to an answer"),
    Measure(
      "tickets_answered_28d", .count, of: .types(["ticket_answered"]),
      normalisation: .target(ControlPoints([(0, 0), (1, 100)])), weight: 0,
      label: "tickets answered"),
    Measure(
      "tickets_opened_28d", .count, of: .types(["ticket_opened"]), direction: .lowerIsBetter,
      normalisation: .target(ControlPoints([(0, 100), (100, 0)])), weight: 0,
      label: "tickets opened"),
    Measure(
      "answered_share", .ratio(of: "tickets_answered_28d", to: "tickets_opened_28d"),
      normalisation: .target(ControlPoints([(0, 0), (0.8, 70), (1, 100)])),
      weight: 3, dimension: "experience", label: "share of tickets answered"),
    Measure(
      "payment_failures", .share(of: ["payment_failed"]),
      of: .types(["payment", "payment_failed"]), window: .days(56), direction: .lowerIsBetter,
      normalisation: .target(ControlPoints([(0, 100), (0.1, 60), (0.5, 0)])),
      weight: 4, dimension: "experience", axis: .commitment, label: "share of failed payments"),
    Measure(
      "payments_35d", .count, of: .types(["payment"]), window: .days(35),
      normalisation: .target(ControlPoints([(0, 0), (1, 100)])), weight: 8, axis: .commitment,
      label: "payments"),
    Measure(
      "community_days_28d", .activeDays, of: .types(["community_post"]),
      normalisation: .target(ControlPoints([(0, 20), (1, 100)])),
      weight: 3, dimension: "experience", axis: .temperature, label: "community days"),
  ]

  // The same as the measures above, but held against what is usual among accounts of the same kind at the same time,
  // which neither a holiday nor the scale of a product's events moves. Whoever is above half of the peers is as it
  // should be; the lower half is told apart.
  private static let peerMeasures: [Measure] = [
    Measure(
      "active_days_14d_peers", .activeDays, window: .days(14), normalisation: amongPeers,
      weight: 40, dimension: "outcome", label: "active days in 2 weeks"),
    Measure(
      "active_days_56d_peers", .activeDays, window: .days(56), normalisation: amongPeers,
      weight: 40, dimension: "outcome", label: "active days in 8 weeks"),
    Measure(
      "features_14d_peers", .distinctFeatures, window: .days(14), normalisation: amongPeers,
      weight: 40, dimension: "outcome", label: "features in 2 weeks"),
  ]

  private static let amongPeers = Normalisation.peers(
    ControlPoints([(0, 0), (50, 80), (100, 100)]), accountsMin: 20)
}
