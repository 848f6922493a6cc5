internal import ThermoclineCore
internal import ThermoclineDashboard

/// Makes the review of all accounts.
package struct PortfolioReviewJob {
  private let source: any ReportSource
  package var period: ReportPeriod
  /// What winning an account of a tier cost; tiers without are not judged.
  package var cac: [String: Double] = [:]
  /// A table with the columns account and churned; needed with `cac`.
  package var labels: String?
  /// Of the revenue, the share that is left after what serving costs, 0…1.
  package var margin = 1.0

  /// Newest scores, and the first time of each account.
  private typealias Scores = (newest: [String: HealthScore], firstSeen: [String: EventTime])

  package init(_ source: any ReportSource, period: ReportPeriod) {
    self.source = source
    self.period = period
  }

  /// The page, and what its reader should know of it.
  package func page() throws(JobFailure) -> (html: String, notes: [String]) {
    var (review, notes) = try review()
    if review.days.count < review.midnights, let first = review.days.first {
      notes.append(
        "\(source.place(of: .rollup)) has figures of \(review.days.count) of the \(review.midnights) midnights of the period, "
          + "the first of \(PlainDate.short(first.at))")
    }
    if let last = review.days.last, last.at < period.to {
      notes.append("the figures end on \(PlainDate.short(last.at)), before --to")
    }
    if let alertsFrom = review.alertsFrom {
      notes.append(
        "\(source.place(of: .alert)) begins on \(PlainDate.short(alertsFrom)): an alert that began before and has not changed "
          + "since is missing")
    }
    return (PortfolioReviewPage(review: review).html, notes)
  }

  func review() throws(JobFailure) -> (PortfolioReview, notes: [String]) {
    let (rollups, rollupsExtent) = try midnights()
    guard let last = rollups["portfolio"]?.last else { throw empty(try covered()) }
    let (scores, scoresNotes) = try scores()
    let (alerts, alertsExtent) = try openAlerts()
    let lowest = last.bands.first?.name ?? "red"
    let tiers = rollups.compactMap { segment, days -> PortfolioReview.Tier? in
      guard segment.hasPrefix("tier="), !segment.contains(","), let last = days.last else {
        return nil
      }
      return PortfolioReview.Tier(
        name: Self.plain(segment.dropFirst(5)), first: days.first, last: last)
    }
    let review = PortfolioReview(
      period: period, days: rollups["portfolio"] ?? [],
      alertsFrom: alertsExtent.wholeFrom > .distantPast ? alertsExtent.wholeFrom : nil,
      lowestBand: lowest, risks: risks(scores.newest, alerts, lowest),
      tiers: tiers.sorted { ($1.last.revenue, $0.name) < ($0.last.revenue, $1.name) },
      worths: try worths(scores))
    return (review, rollupsExtent.notes + scoresNotes + alertsExtent.notes)
  }

  /// Figures of the portfolio and the tiers at the midnights of the period, in their order.
  private func midnights() throws(JobFailure) -> ([String: [HealthRollup]], ReportExtent) {
    var found: [String: [EventTime: HealthRollup]] = [:]
    let extent = try source.rollups { rollup in
      guard rollup.at >= period.from, rollup.at <= period.to else { return }
      guard rollup.segment == "portfolio" || rollup.segment.hasPrefix("tier=") else { return }
      found[rollup.segment, default: [:]][rollup.at] = rollup
    }
    return (found.mapValues { $0.values.sorted { $0.at < $1.at } }, extent)
  }

  private func covered() throws(JobFailure) -> (first: EventTime, last: EventTime)? {
    var covered: (first: EventTime, last: EventTime)?
    _ = try source.rollups { rollup in
      covered = (
        min(covered?.first ?? rollup.at, rollup.at), max(covered?.last ?? rollup.at, rollup.at)
      )
    }
    return covered
  }

  private func empty(_ covered: (first: EventTime, last: EventTime)?) -> JobFailure {
    guard let covered else {
      return JobFailure(
        .badData, "\(source.place(of: .rollup)) is empty; \(source.remedy(forEmpty: .rollup))")
    }
    return JobFailure(
      .badData,
      "\(source.place(of: .rollup)) has nothing between \(PlainDate.short(period.from)) and \(PlainDate.short(period.to)); its "
        + "figures go from \(PlainDate.short(covered.first)) to \(PlainDate.short(covered.last)): set --from and --to to days of it"
    )
  }

  /// The score of each account at the end of the period, and its first one of all.
  private func scores() throws(JobFailure) -> (Scores, notes: [String]) {
    var scores: [String: HealthScore] = [:]
    var firstSeen: [String: EventTime] = [:]
    let extent = try source.scores { scores[$0] = $1 }
    let later = scores.filter { $0.value.at > period.to }.keys
    for account in later { scores[account] = nil }
    // The changes are many: they are read only for what the newest scores do not say.
    guard !later.isEmpty || !cac.isEmpty else { return ((scores, firstSeen), extent.notes) }
    let changes = try source.changes { score in
      firstSeen[score.account] = min(firstSeen[score.account] ?? score.at, score.at)
      guard score.at <= period.to, score.isFinal else { return }
      if let known = scores[score.account], known.at > score.at { return }
      scores[score.account] = score
    }
    var notes = extent.notes + changes.notes
    if changes.wholeFrom > .distantPast {
      let begin = "\(source.place(of: .change)) begins on \(PlainDate.short(changes.wholeFrom))"
      guard cac.isEmpty || changes.wholeFrom <= period.from else {
        throw JobFailure(
          .badData,
          "\(begin), too late for --cac: how long accounts were there since --from is not in it; "
            + "set --from to a later day")
      }
      let missing = later.count { scores[$0] == nil }
      if missing > 0 {
        notes.append(
          "\(begin): \(missing) accounts are left out whose score at the end of the period is not in it"
        )
      }
    }
    return ((scores, firstSeen), notes)
  }

  private func openAlerts() throws(JobFailure) -> ([String: [HealthAlert]], ReportExtent) {
    var newest: [String: HealthAlert] = [:]
    let extent = try source.alerts { alert in
      guard alert.at <= period.to else { return }
      if let known = newest[alert.fingerprint], known.at > alert.at { return }
      newest[alert.fingerprint] = alert
    }
    let open = newest.values.filter { $0.state != .resolved && !$0.account.isEmpty }
    return (Dictionary(grouping: open, by: \.account), extent)
  }

  private func risks(
    _ scores: [String: HealthScore], _ alerts: [String: [HealthAlert]], _ lowest: String
  ) -> [PortfolioReview.Risk] {
    scores.values.compactMap { score in
      let open = (alerts[score.account] ?? []).sorted {
        ($0.startsAt, $0.rule) < ($1.startsAt, $1.rule)
      }
      let band = score.override?.band ?? score.band
      guard band == lowest || !open.isEmpty else { return nil }
      return PortfolioReview.Risk(score: score, alerts: open)
    }
    .sorted {
      let (a, b) = (
        ($0.score.override?.band ?? $0.score.band) == lowest,
        ($1.score.override?.band ?? $1.score.band) == lowest
      )
      return a == b
        ? ($1.score.revenue, $0.score.account) < ($0.score.revenue, $1.score.account) : a
    }
  }

  private func worths(
    _ scores: Scores
  ) throws(JobFailure) -> [PortfolioReview.Worth] {
    if cac.isEmpty { return [] }
    guard let labels else {
      throw JobFailure(
        .usage, "--cac needs --labels, a table account,churned, for how long customers stay")
    }
    let (scores, firstSeen) = scores
    let tiers = Set(scores.values.map(\.tier))
    for tier in cac.keys.sorted() where !tiers.contains(tier) {
      throw JobFailure(
        .usage,
        "--cac \(tier)=…: no account has this tier; there are \(tiers.sorted().joined(separator: ", "))"
      )
    }
    let left = try AccountDates.read(labels, column: "churned").days
    return cac.sorted { $0.key < $1.key }.map { tier, cost in
      var worth = PortfolioReview.Worth(
        tier: tier, accounts: 0, revenue: nil, left: 0, months: 0, margin: margin, cac: cost)
      var revenue = 0.0
      for score in scores.values.filter({ $0.tier == tier }).sorted(by: { $0.account < $1.account })
      {
        let end = left[score.account].map { EventTime(dayNumber: $0) } ?? .distantFuture
        let begin = max(period.from, firstSeen[score.account] ?? period.from)
        let stayed = min(end, period.to) - begin
        if stayed > .zero { worth.months += stayed.days / (365.0 / 12) }
        if end >= period.from, end < period.to { worth.left += 1 }
        if end >= period.to {
          worth.accounts += 1
          revenue += score.revenue
        }
      }
      if worth.accounts > 0 { worth.revenue = revenue / Double(worth.accounts) }
      return worth
    }
  }

  /// A segment's word as it was before it was written into its name.
  private static func plain(_ word: Substring) -> String {
    String(word).replacing("%2C", with: ",").replacing("%3D", with: "=").replacing("%25", with: "%")
  }
}
