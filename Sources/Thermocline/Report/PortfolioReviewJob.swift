internal import ThermoclineCore

/// Makes the review of all accounts from the folder of a replay.
package struct PortfolioReviewJob: Sendable {
  package var folder: String
  package var period: ReportPeriod
  /// What winning an account of a tier cost; tiers without are not judged.
  package var cac: [String: Double] = [:]
  /// A table with the columns account and churned; needed with `cac`.
  package var labels: String?
  /// Of the revenue, the share that is left after what serving costs, 0…1.
  package var margin = 1.0

  package init(folder: String, period: ReportPeriod) {
    self.folder = folder
    self.period = period
  }

  package func page() throws(JobFailure) -> String {
    PortfolioReviewPage(review: try review()).html
  }

  func review() throws(JobFailure) -> PortfolioReview {
    let folder = ReplayFolder(path: folder)
    let rollups = try midnights(folder)
    guard let last = rollups["portfolio"]?.last else { throw empty(try covered(folder)) }
    let (scores, firstSeen) = try scores(folder)
    let lowest = last.bands.first?.name ?? "red"
    let tiers = rollups.compactMap { segment, days -> PortfolioReview.Tier? in
      guard segment.hasPrefix("tier="), !segment.contains(","), let last = days.last else {
        return nil
      }
      return PortfolioReview.Tier(
        name: Self.plain(segment.dropFirst(5)), first: days.first, last: last)
    }
    return PortfolioReview(
      period: period, days: rollups["portfolio"] ?? [], lowestBand: lowest,
      risks: risks(scores, try openAlerts(folder), lowest),
      tiers: tiers.sorted { ($1.last.revenue, $0.name) < ($0.last.revenue, $1.name) },
      worths: try worths(scores, firstSeen))
  }

  /// Figures of the portfolio and the tiers at the midnights of the period, in their order.
  private func midnights(_ folder: ReplayFolder) throws(JobFailure) -> [String: [HealthRollup]] {
    var found: [String: [HealthRollup]] = [:]
    try folder.rollups { rollup in
      guard rollup.at >= period.from, rollup.at <= period.to else { return }
      guard rollup.segment == "portfolio" || rollup.segment.hasPrefix("tier=") else { return }
      found[rollup.segment, default: []].append(rollup)
    }
    return found
  }

  private func covered(
    _ folder: ReplayFolder
  ) throws(JobFailure) -> (first: EventTime, last: EventTime)? {
    var covered: (first: EventTime, last: EventTime)?
    try folder.rollups { rollup in
      covered = (
        min(covered?.first ?? rollup.at, rollup.at), max(covered?.last ?? rollup.at, rollup.at)
      )
    }
    return covered
  }

  private func empty(_ covered: (first: EventTime, last: EventTime)?) -> JobFailure {
    guard let covered else {
      return JobFailure(
        .badData,
        "\(folder)/rollups.ndjson is empty; its archive is shorter than a day: replay a longer one")
    }
    return JobFailure(
      .badData,
      "\(folder) has nothing between \(PlainDate.short(period.from)) and \(PlainDate.short(period.to)); its figures go "
        + "from \(PlainDate.short(covered.first)) to \(PlainDate.short(covered.last)): set --from and --to to days of it"
    )
  }

  /// The score of each account at the end of the period, and its first one of all.
  private func scores(
    _ folder: ReplayFolder
  ) throws(JobFailure) -> ([String: HealthScore], firstSeen: [String: EventTime]) {
    var scores: [String: HealthScore] = [:]
    var firstSeen: [String: EventTime] = [:]
    var isLater = false
    try folder.scores { score in
      if score.at <= period.to { scores[score.account] = score } else { isLater = true }
    }
    // The file of changes is large: it is read only for what the newest scores do not say.
    guard isLater || !cac.isEmpty else { return (scores, firstSeen) }
    try folder.changes { score in
      firstSeen[score.account] = min(firstSeen[score.account] ?? score.at, score.at)
      guard score.at <= period.to, score.isFinal else { return }
      if let known = scores[score.account], known.at > score.at { return }
      scores[score.account] = score
    }
    return (scores, firstSeen)
  }

  private func openAlerts(_ folder: ReplayFolder) throws(JobFailure) -> [String: [HealthAlert]] {
    var newest: [String: HealthAlert] = [:]
    try folder.alerts { alert in
      if alert.at <= period.to { newest[alert.fingerprint] = alert }
    }
    return Dictionary(
      grouping: newest.values.filter { $0.state != .resolved && !$0.account.isEmpty }, by: \.account
    )
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
    _ scores: [String: HealthScore], _ firstSeen: [String: EventTime]
  ) throws(JobFailure) -> [PortfolioReview.Worth] {
    if cac.isEmpty { return [] }
    guard let labels else {
      throw JobFailure(
        .usage, "--cac needs --labels, a table account,churned, for how long customers stay")
    }
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
