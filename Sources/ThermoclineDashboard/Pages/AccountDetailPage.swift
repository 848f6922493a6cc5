internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineServer

/// One account: how it got where it is.
struct AccountDetailPage {
  private let record: AccountRecord
  private let score: HealthScore?
  private let usage: AccountUsage?

  init(_ record: AccountRecord) {
    self.record = record
    score = record.score.flatMap { try? HealthScoreDecoder.decode(Array($0.utf8)) }
    usage = record.usage.flatMap { try? AccountUsageDecoder.decode(Array($0.utf8)) }
  }

  func reply() -> ServerReply {
    let row = record.row
    return PageFrame.reply(
      row.id, .accounts, live: .account(row.id),
      """
      <p class="crumbs"><a href="/accounts">Accounts</a></p>
      <div class="title"><h1>\(name: row.id)</h1>\(Badge.band(row.band))<p class="muted">as of \(Figure.time(row.at))</p></div>
      <p class="lead">\(sentence: row.summary)</p>\(override)
      <dl class="tiles">
      <div><dt>Score</dt><dd>\(Figure.number(row.score))<small>\(Badge.change(row.change)) since the score before</small></dd></div>
      <div><dt>Trend</dt><dd>\(Badge.change(row.trend))<small>week before: \(Figure.signed(row.weekChange))</small></dd></div>
      <div><dt>Commitment × temperature</dt><dd>\(Figure.number(row.commitment, decimals: 0)) × \(Figure.number(row.temperature, decimals: 0))<small>\(name: Badge.quadrant(row.quadrant))</small></dd></div>
      <div><dt>Revenue a month</dt><dd>\(Figure.number(row.revenue, decimals: 0))<small>\(name: row.tier.isEmpty ? "no tier" : row.tier), \(name: row.stage.isEmpty ? "no stage" : row.stage)</small></dd></div>
      <div><dt>Coverage</dt><dd>\(Figure.percent(score?.coverage))<small>confidence \(Figure.percent(score?.confidence))</small></dd></div>
      </dl>
      <section class="card"><h2>Score over time</h2>\(chart)</section>
      \(measures)
      <section class="card"><h2>Alerts</h2>\(alerts)</section>
      \(usageParts)
      """)
  }

  private var override: HTML {
    guard let override = score?.override else { return .none }
    return """
      <p class="notice">Set by \(name: override.author) until \(Figure.time(override.expires)): \(sentence: override.reason)</p>
      """
  }

  private var chart: HTML {
    var chart = TimeChart(
      id: "history", title: "Score over time",
      description:
        "\(record.history.count) final scores, 0 to 100, with \(record.alertChanges.count) state changes of alerts marked.",
      series: [
        TimeChart.Series(
          style: "commitment", points: record.history.map { ($0.at, $0.commitment) }),
        TimeChart.Series(
          style: "temperature", points: record.history.map { ($0.at, $0.temperature) }),
        TimeChart.Series(style: "score", points: record.history.map { ($0.at, $0.score) }),
      ], width: 900, height: 260)
    chart.marks = record.alertChanges.map {
      TimeChart.Mark(
        at: $0.at, style: $0.state == "resolved" ? "resolved" : $0.state,
        title: ForeignName.visible("\(Figure.time($0.at)) \($0.rule): \($0.state). \($0.summary)"))
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Score over time">\(chart.html)</div>
      <ul class="legend"><li class="score">score</li><li class="commitment">commitment</li><li class="temperature">temperature</li><li class="firing">alert fires</li><li class="recovering">it recovers</li><li class="resolved">alert is over</li></ul>
      """
  }

  private var measures: HTML {
    guard let score, !score.measures.isEmpty else { return .none }
    let present = score.measures.filter {
      $0.value != nil || $0.subscore != nil || $0.change != .zero
    }
    let absent = score.measures.filter {
      $0.value == nil && $0.subscore == nil && $0.change == .zero
    }
    let most = present.map(\.contribution.value.magnitude).max() ?? 1
    let mostChange = present.map(\.change.value.magnitude).max() ?? 1
    let missing: HTML =
      absent.isEmpty
      ? .none
      : "<p class=\"muted pad\">Without data: \(HTML.each(absent) { "\(name: $0.name) " })– their weight went to the others.</p>"
    return """
      <section class="card flush"><h2>What the score is made of</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Measures"><table>
      <caption class="sr">Measures against what is expected, with what each contributes to the score and to its last change</caption>
      <thead><tr><th scope="col">Measure</th><th scope="col" class="n">Value</th><th scope="col" class="n">Expected</th><th scope="col" class="n">Points</th><th scope="col" class="n">Weight</th><th scope="col">Contribution</th><th scope="col">To the last change</th></tr></thead>
      <tbody>\(HTML.each(present) { measure in
        """
        <tr><th scope="row">\(name: measure.name)<p class="why">\(name: measure.dimension.isEmpty ? Figure.none : measure.dimension)\(Self.peers(measure))</p></th>
        <td class="n">\(Figure.short(measure.value))</td><td class="n">\(Figure.short(measure.expected))</td><td class="n">\(Figure.number(measure.subscore?.value))</td><td class="n">\(Figure.percent(measure.weight, decimals: 1))</td>
        <td>\(Self.bar(measure.contribution.value, most, isChange: false))</td><td>\(Self.bar(measure.change.value, mostChange, isChange: true))</td></tr>
        """
      })</tbody>
      <tfoot><tr><th scope="row" colspan="5">Sum</th><td class="n">\(Figure.number(sum(present, \.contribution), decimals: 2))</td><td class="n">\(Figure.signed(sum(present, \.change), decimals: 2))</td></tr></tfoot></table></div>\(missing)</section>
      """
  }

  private func sum(_ measures: [MeasureReading], _ part: KeyPath<MeasureReading, Points>) -> Double
  {
    // As numbers: a message may hold points that no sum of points has room for.
    measures.reduce(0) { $0 + $1[keyPath: part].value }
  }

  private static func peers(_ measure: MeasureReading) -> HTML {
    guard let peers = measure.peers else { return .none }
    return
      " · percentile \(Figure.number(peers.percentile, decimals: 0)) of \(Figure.count(peers.accounts)) in \(name: peers.group)"
  }

  private static func bar(_ value: Double, _ most: Double, isChange: Bool) -> HTML {
    let length = most > 0 ? value.magnitude / most * (isChange ? 40 : 80) : 0
    let start = isChange ? (value < 0 ? 40 - length : 40) : 0
    let style = isChange ? (value < 0 ? "down" : "up") : "plain"
    let text = isChange ? Figure.signed(value, decimals: 2) : Figure.number(value, decimals: 2)
    return """
      <span class="bar"><svg viewBox="0 0 80 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="80" height="10"/><rect class="\(style)" x="\(start)" width="\(length)" height="10"/></svg><span class="n">\(text)</span></span>
      """
  }

  private var alerts: HTML {
    if record.alerts.isEmpty { return "<p class=\"empty\">None so far.</p>" }
    return
      "<ul class=\"alerts\">\(HTML.each(record.alerts) { AlertCard.html($0, canControl: false) })</ul>"
  }

  private static func features(
    _ title: HTML, _ caption: HTML, _ features: [AccountUsage.Feature], none: HTML
  ) -> HTML {
    """
    <section class="card"><h2>\(title)</h2><div class="scroll"><table><caption class="sr">\(caption)</caption><thead><tr><th scope="col">Feature</th><th scope="col" class="n">Events</th><th scope="col" class="n">Days</th><th scope="col" class="n">Led to an outcome</th></tr></thead><tbody>\(features.isEmpty ? "<tr><td colspan=\"4\">\(none)</td></tr>" : .none)\(HTML.each(features) { feature in
      "<tr><th scope=\"row\">\(name: feature.name)</th><td class=\"n\">\(Figure.count(feature.events))</td><td class=\"n\">\(feature.days)</td><td class=\"n\">\(Figure.percent(feature.conversion))</td></tr>"
    })</tbody></table></div></section>
    """
  }

  private var usageParts: HTML {
    guard let usage else { return .none }
    return """
      <div class="columns">
      <section class="card"><h2>People</h2><dl class="tiles small">
      <div><dt>Yesterday</dt><dd>\(Figure.count(usage.users.daily))</dd></div><div><dt>7 days</dt><dd>\(Figure.count(usage.users.weekly))</dd></div><div><dt>28 days</dt><dd>\(Figure.count(usage.users.monthly))</dd></div><div><dt>Stickiness</dt><dd>\(Figure.percent(usage.users.stickiness))</dd></div><div><dt>With an outcome</dt><dd>\(Figure.percent(usage.users.conversion))</dd></div></dl></section>
      <section class="card"><h2>Retention</h2><div class="scroll"><table><caption class="sr">Users who came back</caption><thead><tr><th scope="col">After</th><th scope="col">Account</th><th scope="col" class="n">Users</th><th scope="col" class="n">Came back</th></tr></thead><tbody>\(HTML.each(usage.retention) { row in
        "<tr><th scope=\"row\">\(row.days) days</th><td>\(row.account.map { $0 ? "yes" : "no" } ?? "not yet")</td><td class=\"n\">\(Figure.count(row.users))</td><td class=\"n\">\(Figure.percent(row.users > 0 ? Double(row.retained) / Double(row.users) : nil))</td></tr>"
      })</tbody></table></div></section></div>
      <div class="columns">
      \(Self.features("Features", "Features by use in 28 days", usage.top, none: "None was used."))
      \(Self.features("Features that lead to outcomes", "Features by conversion in 28 days", usage.converting, none: "None was used on enough days to tell."))
      <section class="card"><h2>Funnel</h2><div class="scroll"><table><caption class="sr">Users in each step</caption><thead><tr><th scope="col">Step</th><th scope="col" class="n">Users</th><th scope="col" class="n">Through all steps</th><th scope="col" class="n">Of those before</th></tr></thead><tbody>\(HTML.each(usage.funnel) { step in
        "<tr><th scope=\"row\">\(name: step.type)</th><td class=\"n\">\(Figure.count(step.users))</td><td class=\"n\">\(step.converted.map { Figure.count($0) } ?? Figure.none)</td><td class=\"n\">\(Figure.percent(step.convertedShare))</td></tr>"
      })</tbody></table></div></section></div>
      """
  }
}
