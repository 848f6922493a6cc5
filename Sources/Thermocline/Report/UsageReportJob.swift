package import ThermoclineCore
internal import ThermoclineDashboard
internal import ThermoclineHealth

/// Makes the report for one customer.
package struct UsageReportJob {
  private let source: any ReportSource
  package var account: String
  package var period: ReportPeriod
  /// With them similar means of the same tier and industry; without, of the same tier.
  package var profiles: [String: AccountProfile] = [:]
  package var names = FeatureNames()
  /// How the customer and the sender are called; nil = the account's name, nobody.
  package var customerName: String?
  package var vendorName: String?

  /// Fewer customers than this are no group: a median of theirs could be told to be somebody's.
  package static let peersMin = 10
  /// A feature is suggested when this share of them uses it, and at least so many.
  private static let suggestedShareMin = 0.3
  private static let suggestedUsersMin = 5
  private static let suggestionsMax = 4

  package init(_ source: any ReportSource, account: String, period: ReportPeriod) {
    self.source = source
    self.account = account
    self.period = period
  }

  /// The page, and what the sender should know of it.
  package func page() throws(JobFailure) -> (html: String, notes: [String]) {
    let (report, sourceNotes) = try report()
    var notes = sourceNotes
    if report.peers == 0 {
      notes.append(
        "fewer than \(Self.peersMin) other customers: the report compares with nobody")
    }
    if report.peers > 0, !report.arePeersSimilar {
      notes.append(
        "fewer than \(Self.peersMin) other customers of the same tier: the report compares with all"
      )
    }
    if let toldFrom = report.toldFrom {
      notes.append(
        "\(source.place(of: .usage)) does not have all of its records from before \(PlainDate.short(toldFrom)) any more: the "
          + "report does not tell of those days, nor which features the account has not tried; a replay of the events can"
      )
    } else if report.suggestions == nil {
      notes.append(
        "the account uses more features than the policy's usage.top_features: the report does not say "
          + "which it has not tried; raise it (at most 50)")
    }
    if report.end < period.to {
      notes.append("the figures end on \(PlainDate.short(report.end)), before --to")
    }
    let page = UsageReportPage(
      report: report, names: names, customer: customerName ?? account, vendor: vendorName)
    return (page.html, notes)
  }

  func report() throws(JobFailure) -> (UsageReport, notes: [String]) {
    var tiers: [String: String] = [:]
    let scores = try source.scores { tiers[$0] = $1?.tier }
    var history = UsageHistory(account, period)
    let usage = try source.usage { history.add($0) }
    history.wholeFrom = usage.wholeFrom
    guard let covered = history.covered else {
      throw JobFailure(
        .badData, "\(source.place(of: .usage)) is empty; \(source.remedy(forEmpty: .usage))")
    }
    let end = min(period.to, covered.last)
    guard end >= usage.wholeFrom else {
      throw JobFailure(
        .badData,
        "\(source.place(of: .usage)) does not have all of its records from before \(PlainDate.short(usage.wholeFrom)) any more: "
          + "set --to to a later day, or replay the events")
    }
    guard let newest = history.own(at: period.to), covered.last > period.from,
      newest.at > period.from || newest.events > 0
    else { throw missing(history, tiers, covered) }
    return (make(history, tiers, end: end), scores.notes + usage.notes)
  }

  private func missing(
    _ history: UsageHistory, _ tiers: [String: String],
    _ covered: (first: EventTime, last: EventTime)
  ) -> JobFailure {
    if tiers[account] == nil, history.accounts[account] == nil {
      let near = nearest(to: account, among: tiers.keys.sorted(), most: 3)
      let hint =
        near.isEmpty
        ? "it lists all accounts" : "did you mean \(near.joined(separator: ", "))?"
      return JobFailure(
        .noInput, "\(source.place(of: .score)) knows no account \(account); \(hint)")
    }
    return JobFailure(
      .badData,
      "the account \(account) has no use between \(PlainDate.short(period.from)) and \(PlainDate.short(period.to)); "
        + "\(source.place(of: .usage)) goes from \(PlainDate.short(covered.first)) to \(PlainDate.short(covered.last)): set --from and --to to days of it"
    )
  }

  private func make(
    _ history: UsageHistory, _ tiers: [String: String], end: EventTime
  ) -> UsageReport {
    let ends = period.blockEnds(upTo: end)
    let blocks = ends.map { block(history, at: $0) }
    let (peers, areSimilar) = similar(history, tiers)
    let weeks = period.weekEnds(upTo: end).map { time in
      UsageReport.Week(
        end: time, people: history.own(at: time)?.users.weekly,
        median: peers.compactMap { history.weekly($0, at: time).map(Double.init) }.middle())
    }
    return UsageReport(
      account: account, period: period, end: end,
      toldFrom: history.wholeFrom > period.from ? history.wholeFrom : nil, blocks: blocks,
      before: history.own.first.flatMap {
        $0.at <= period.from && history.wholeFrom <= period.from
          ? block(history, at: period.from) : nil
      },
      weeks: weeks, features: features(blocks),
      suggestions: suggestions(history, peers.map(\.newest), end: end),
      comparisons: comparisons(blocks[blocks.count - 1], peers.map(\.newest)), peers: peers.count,
      arePeersSimilar: areSimilar)
  }

  private func block(_ history: UsageHistory, at end: EventTime) -> UsageReport.Block {
    let usage = history.own(at: end)
    return UsageReport.Block(end: end, usage: usage, features: usage.map(shownCount) ?? 0)
  }

  /// Different features without those that are hidden.
  private func shownCount(_ usage: AccountUsage) -> Int {
    usage.features - usage.top.count { !names.isShown($0.name) }
  }

  /// The others of the narrowest group that is large enough, none where there is none. Those who had nothing to do with the
  /// product for four weeks are no example.
  private func similar(
    _ history: UsageHistory, _ tiers: [String: String]
  ) -> ([UsageHistory.Account], areSimilar: Bool) {
    func tier(_ account: String) -> String? { profiles[account]?.tier ?? tiers[account] }
    let others = history.accounts.filter { $0.key != account && $0.value.newest.events > 0 }
    let sameTier = others.filter { tier($0.key) == tier(account) }
    var groups = [sameTier, others]
    if let industry = profiles[account]?.industry, !industry.isEmpty {
      groups.insert(sameTier.filter { profiles[$0.key]?.industry == industry }, at: 0)
    }
    guard let place = groups.firstIndex(where: { $0.count >= Self.peersMin }) else {
      return ([], areSimilar: false)
    }
    return (Array(groups[place].values), areSimilar: place < groups.count - 1)
  }

  private func features(_ blocks: [UsageReport.Block]) -> [UsageReport.Feature] {
    var sums: [String: UsageReport.Feature] = [:]
    for feature in blocks.compactMap(\.usage).flatMap(\.top) where names.isShown(feature.name) {
      var sum =
        sums[feature.name] ?? UsageReport.Feature(name: feature.name, actions: 0, days: 0)
      sum.actions += feature.events
      sum.days += feature.days
      // Of the newest four weeks: blocks come in the order of time.
      sum.conversion = feature.conversion ?? sum.conversion
      sums[feature.name] = sum
    }
    return sums.values.sorted { ($1.actions, $0.name) < ($0.actions, $1.name) }
  }

  private func suggestions(
    _ history: UsageHistory, _ peers: [AccountUsage], end: EventTime
  ) -> [UsageReport.Suggestion]? {
    guard history.wholeFrom <= period.from else { return nil }
    let own =
      history.own.filter { $0.at > period.from && $0.at <= end }
      + [history.own(at: end)]
      .compactMap { $0 }
    guard own.allSatisfy({ $0.features <= $0.top.count }) else { return nil }
    let known = Set(own.flatMap { $0.top.map(\.name) })
    var users: [String: Int] = [:]
    for feature in peers.flatMap(\.top) where names.isShown(feature.name) {
      if !known.contains(feature.name) { users[feature.name, default: 0] += 1 }
    }
    return users.filter {
      $0.value >= Self.suggestedUsersMin
        && Double($0.value) >= Self.suggestedShareMin * Double(peers.count)
    }
    .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.suggestionsMax)
    .map { UsageReport.Suggestion(name: $0.key, share: Double($0.value) / Double(peers.count)) }
  }

  private func comparisons(
    _ last: UsageReport.Block, _ peers: [AccountUsage]
  ) -> [UsageReport.Comparison] {
    guard !peers.isEmpty else { return [] }
    func row(
      _ what: String, _ kind: UsageReport.Comparison.Kind = .count,
      _ value: (AccountUsage) -> Double?
    ) -> UsageReport.Comparison {
      UsageReport.Comparison(
        what: what, kind: kind, own: last.usage.flatMap(value),
        median: peers.compactMap(value).middle())
    }
    return [
      row("People active in four weeks") { Double($0.users.monthly) },
      row("Of them, there on an average day", .percent) { $0.users.stickiness },
      row("Days with activity, of 28") { Double($0.activeDays) },
      row("Different features used") { Double(shownCount($0)) },
      row("People who reached a result, of those active", .percent) { $0.users.conversion },
    ]
  }
}
