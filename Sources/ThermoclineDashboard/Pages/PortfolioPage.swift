internal import ThermoclineCore
internal import ThermoclineServer

/// All accounts at a glance.
enum PortfolioPage {
  static func reply(
    _ portfolio: Portfolio, alerts: (alerts: [StoredAlert], total: Int), _ feed: FeedState
  ) -> ServerReply {
    PageFrame.reply(
      "Portfolio", .portfolio,
      """
      <div class="title"><h1>Portfolio</h1><p class="muted">as of \(Figure.time(portfolio.newest))</p></div>
      \(FeedNotice.html(feed))
      \(tiles(portfolio, alerts.total))
      <div class="columns wide-left">
      <section class="card"><h2>Who is where</h2>\(QuadrantChart.html(portfolio.dots))\(legend)</section>
      <div class="stack">
      <section class="card"><h2>Quadrants</h2>\(table(portfolio.quadrants.sorted { place($0.name) < place($1.name) }, "Accounts by quadrant", "quadrant"))</section>
      <section class="card"><h2>Bands</h2>\(table(bands(portfolio), "Accounts by band", "band"))\(overridden(portfolio.days.last))</section>
      </div></div>
      <div class="columns">
      <section class="card"><h2>Bands over time</h2>\(TimeChart.bands(portfolio.days).html)</section>
      <section class="card"><h2>Revenue at risk</h2>\(TimeChart.revenueAtRisk(portfolio.days).html)</section>
      </div>
      <div class="columns">
      <section class="card"><h2>Falling fastest</h2>\(falling(portfolio.falling))</section>
      <section class="card"><h2>Open alerts</h2>\(newest(alerts.alerts))</section>
      </div>
      """)
  }

  private static func tiles(_ portfolio: Portfolio, _ alerts: Int) -> HTML {
    let last = portfolio.days.last
    let revenue = last.map { "of \(Figure.number(Double($0.revenue) / 100, decimals: 0)) a month" }
    let atRisk = last.map { Double($0.revenueAtRisk) / 100 }
    let trend = last?.redTrend.map { Figure.signed($0 * 7 * 100, decimals: 1) + " points a week" }
    return """
      <dl class="tiles">
      <div><dt>Accounts</dt><dd>\(Figure.count(portfolio.accounts))</dd></div>
      <div><dt>Mean score</dt><dd>\(Figure.number(portfolio.mean))</dd></div>
      <div><dt>Red share</dt><dd>\(Figure.percent(last?.redShare, decimals: 1))<small>\(trend ?? "")</small></dd></div>
      <div><dt>Revenue at risk</dt><dd>\(Figure.number(atRisk, decimals: 0))<small>\(revenue ?? "")</small></dd></div>
      <div><dt>Open alerts</dt><dd><a href="/alerts">\(Figure.count(alerts))</a></dd></div>
      </dl>
      """
  }

  /// The best first, those without one last.
  private static func place(_ quadrant: String?) -> Int {
    ["red_carpet", "convert", "costly", "nurture"].firstIndex { $0 == quadrant } ?? 4
  }

  /// The lowest first, as the figures of the last midnight have them.
  private static func bands(_ portfolio: Portfolio) -> [Share] {
    let names = portfolio.days.last?.bands.map(\.name) ?? ["red", "yellow", "green"]
    func place(_ share: Share) -> Int { names.firstIndex { $0 == share.name } ?? names.count }
    return portfolio.bands.sorted { place($0) < place($1) }
  }

  /// What people say of bands, as of the last midnight.
  private static func overridden(_ day: HealthRollup?) -> HTML {
    guard let day, !day.overridden.isEmpty else { return .none }
    let moved = day.overridden.reduce(0) { $0 + $1.count }
    return """
      <p class="muted">People say another band of \(Figure.count(moved)): with theirs \(HTML.each(day.effectiveBands) { band in
        "\(Badge.band(band.name)) \(Figure.count(band.count)) "
      })</p>
      """
  }

  private static let legend: HTML = """
    <ul class="legend"><li class="band-red">red</li><li class="band-yellow">yellow</li><li class="band-green">green</li><li class="band-other">no or another band</li></ul>
    """

  private static func table(_ shares: [Share], _ caption: String, _ filter: String) -> HTML {
    let all = max(shares.reduce(0) { $0 + $1.accounts }, 1)
    return """
      <div class="scroll"><table><caption class="sr">\(caption)</caption>
      <thead><tr><th scope="col">\(filter == "band" ? "Band" : "Quadrant")</th><th scope="col" class="n">Accounts</th><th scope="col" class="n">Share</th><th scope="col" class="n">Revenue</th></tr></thead>
      <tbody>\(HTML.each(shares) { share in
        let name: HTML = filter == "band" ? Badge.band(share.name) : "\(name: Badge.quadrant(share.name))"
        return """
          <tr><th scope="row"><a class="plain" href="/accounts?\(filter)=\(query: share.name ?? "none")">\(name)</a></th>
          <td class="n">\(Figure.count(share.accounts))</td><td class="n">\(Figure.percent(Double(share.accounts) / Double(all)))</td>
          <td class="n">\(Figure.number(share.revenue, decimals: 0))</td></tr>
          """
      })</tbody></table></div>
      """
  }

  private static func falling(_ rows: [AccountRow]) -> HTML {
    if rows.isEmpty { return "<p class=\"empty\">No account is falling.</p>" }
    return """
      <div class="scroll"><table><caption class="sr">Accounts with the steepest fall</caption>
      <thead><tr><th scope="col">Account</th><th scope="col">Band</th><th scope="col" class="n">Score</th><th scope="col" class="n">Trend</th></tr></thead>
      <tbody>\(HTML.each(rows) { row in
        """
        <tr><th scope="row">\(Badge.account(row.id))</th><td>\(Badge.band(row.band))</td><td class="n">\(Figure.number(row.score))</td><td class="n">\(Badge.change(row.trend))</td></tr>
        """
      })</tbody></table></div>
      """
  }

  private static func newest(_ alerts: [StoredAlert]) -> HTML {
    if alerts.isEmpty { return "<p class=\"empty\">Nothing is firing.</p>" }
    return """
      <ul class="list">\(HTML.each(alerts.prefix(6)) { stored in
        """
        <li>\(Badge.severity(stored.alert.severity.rawValue)) \(Badge.account(stored.alert.account))<p>\(sentence: stored.alert.summary)</p></li>
        """
      })</ul><p><a href="/alerts">All alerts</a></p>
      """
  }
}
