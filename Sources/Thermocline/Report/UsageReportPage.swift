internal import ThermoclineCore
internal import ThermoclineDashboard
internal import ThermoclineHealth

/// The report for a customer as a page: plain words, nothing of what the vendor thinks of the customer.
struct UsageReportPage {
  let report: UsageReport
  let names: FeatureNames
  let customer: String
  let vendor: String?

  var html: String {
    let period =
      "\(PlainDate.long(report.period.from)) to \(PlainDate.lastDay(before: report.period.to))"
    let sender: HTML = vendor.map { "\(name: $0) · " } ?? .none
    return ReportFrame.page(
      title: customer, kicker: "\(sender)Your usage report · \(period)", lead: lead,
      HTML([
        glance, ReportFrame.section("How your use developed", development), peers,
        ReportFrame.section("Features you use", features), suggestions,
        ReportFrame.section("Results you reached", results),
        "<div class=\"keep\">\(ReportFrame.section("Next steps", steps))</div>", definitions,
      ]))
  }

  private var endWords: String { PlainDate.lastDay(before: report.end) }

  private var others: String { report.arePeersSimilar ? "similar customers" : "other customers" }
  private var othersTitle: String {
    report.arePeersSimilar ? "Similar customers" : "Other customers"
  }

  private var lead: HTML {
    guard let last = report.last.usage else { return "There are no figures for this period yet." }
    let people = Self.counted(last.users.monthly, "person", "people")
    let days = Self.counted(last.activeDays, "day", "days")
    let begin: HTML =
      "In the four weeks to \(endWords), \(people) worked with the product on \(days)."
    guard let first = report.first, let before = first.usage else { return begin }
    let change = last.users.monthly - before.users.monthly
    let since = PlainDate.lastDay(before: first.end)
    if change == 0 { return "\(begin) That is as many people as in the four weeks to \(since)." }
    return
      "\(begin) That is \(Figure.count(abs(change))) \(change > 0 ? "more" : "fewer") people than in the four weeks to \(since)."
  }

  private var glance: HTML {
    guard let last = report.last.usage else { return .none }
    let first = report.first
    func before(_ value: Int?, _ now: Int) -> HTML {
      guard let value else { return "in four weeks" }
      return value == now ? "as before" : "before: \(Figure.count(value))"
    }
    let note: HTML =
      first.map {
        "<p class=\"note\">Each figure is of the four weeks to \(endWords); “before” are the four weeks to \(PlainDate.lastDay(before: $0.end)).</p>"
      }
      ?? "<p class=\"note\">Each figure is of the four weeks to \(endWords).</p>"
    return ReportFrame.section(
      "At a glance",
      HTML([
        ReportFrame.tiles([
          (
            "People active", Figure.count(last.users.monthly),
            before(first?.usage?.users.monthly, last.users.monthly)
          ),
          (
            "Days with activity", Figure.count(last.activeDays),
            before(first?.usage?.activeDays, last.activeDays)
          ),
          (
            "Features used", Figure.count(report.last.features),
            before(first?.features, report.last.features)
          ),
          (
            "People who reached a result", Figure.count(last.users.successful),
            before(first?.usage?.users.successful, last.users.successful)
          ),
        ]), note,
      ]))
  }

  private var development: HTML {
    let values = report.weeks.flatMap { [$0.people.map(Double.init), $0.median] }.compactMap { $0 }
    var series = [
      TimeChart.Series(
        style: "own", points: report.weeks.map { ($0.end - .days(1), $0.people.map(Double.init)) })
    ]
    if report.peers > 0 {
      series.append(
        TimeChart.Series(
          style: "others", points: report.weeks.map { ($0.end - .days(1), $0.median) }))
    }
    let chart = TimeChart(
      id: "people", title: "People active in a week",
      description:
        "Different people in the seven days up to each date, and the median of \(others).",
      series: series, top: Figure.roundTop(values.max() ?? 1), width: 760, height: 190)
    let others: HTML =
      report.peers > 0 ? "<li><i class=\"others\"></i>\(others), median</li>" : .none
    let blocks = (report.before.map { [$0] } ?? []) + report.blocks
    let rows = blocks.reversed().map { block -> [HTML] in
      let usage = block.usage
      return [
        "<span class=\"d\">\(PlainDate.lastDay(before: block.end))</span>",
        "\(Self.figure(usage?.users.monthly))",
        "\(Self.figure(usage?.activeDays))", "\(Self.figure(usage?.events))",
        "\(Self.figure(usage.map { _ in block.features }))",
        "\(Self.figure(usage?.users.successful))",
      ]
    }
    let table = ReportFrame.table(
      "Use by four weeks",
      [
        "Four weeks to", "People active", "Days with activity", "Actions", "Features used",
        "People with a result",
      ], rows)
    let untold: HTML =
      report.toldFrom.map {
        "<p class=\"note\">Figures from before \(PlainDate.long($0)) are not kept any more; a dash stands for them.</p>"
      } ?? .none
    return """
      <figure><figcaption>People active in a week</figcaption>
      <ul class="legend"><li><i></i>you</li>\(others)</ul>\(chart.html)</figure>
      \(table)\(untold)
      """
  }

  private var peers: HTML {
    guard report.peers > 0 else { return .none }
    let rows = report.comparisons.map { row -> [HTML] in
      [
        "\(row.what)", "\(Self.figure(row.own, row.kind))", "\(Self.figure(row.median, row.kind))",
        "<span class=\"d\">\(Self.place(row))</span>",
      ]
    }
    let table = ReportFrame.table(
      "Compared with \(others)", ["", "You", "\(othersTitle), median", ""], texts: [3],
      rows)
    return
      "<div class=\"keep\">\(ReportFrame.section("Compared with \(others)", "\(table)<p class=\"note\">The median is the middle: half of \(Figure.count(report.peers)) \(others) have more, half have less. All figures are of the four weeks to \(endWords).</p>"))</div>"
  }

  private var features: HTML {
    guard !report.features.isEmpty else { return "<p>No feature was used in this period.</p>" }
    let most = Double(report.features[0].actions)
    let shown = report.features.prefix(12)
    let rows = shown.map { feature -> [HTML] in
      let width = most > 0 ? Double(feature.actions) / most * 200 : 0
      return [
        "\(name: names.label(feature.name))",
        """
        <svg class="bar" viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="200" height="10" rx="2"/><rect width="\(Figure.number(max(width, 1), decimals: 1))" height="10" rx="2"/></svg>
        """,
        "\(Figure.count(feature.actions))", "\(Figure.count(feature.days))",
      ]
    }
    let rest = report.features.count - shown.count
    let more: HTML = rest > 0 ? " \(Figure.count(rest)) more are not shown." : .none
    return """
      \(ReportFrame.table("Features by use", ["Feature", "", "Actions", "Days used"], texts: [1], rows))
      <p class="note">Sums of the \(Figure.count(report.toldBlocks.count * 4)) weeks to \(endWords).\(more)</p>
      """
  }

  private var suggestions: HTML {
    guard let suggestions = report.suggestions, report.peers > 0 else { return .none }
    if suggestions.isEmpty {
      return ReportFrame.section(
        "Features still to discover",
        "<p>You use everything that \(others) commonly use.</p>")
    }
    let cards = HTML.each(suggestions) { suggestion in
      "<li><b>\(name: names.label(suggestion.name))</b><span>used by \(Self.tenths(suggestion.share)) \(others)</span></li>"
    }
    return ReportFrame.section(
      "Features still to discover",
      "<p>Others use these; nobody at your side has in this period.</p><ul class=\"cards\">\(cards)</ul>"
    )
  }

  private var results: HTML {
    guard let last = report.last.usage else { return "<p>There are no figures yet.</p>" }
    if last.users.successful == 0 {
      return
        "<p>No result was recorded in the four weeks to \(endWords). If you reach results that we do not see, let us know: then the next report will show them.</p>"
    }
    let people = Self.counted(last.users.successful, "person", "people")
    let share: HTML =
      last.users.conversion.map { ", \(Figure.percent($0)) of those who were active" } ?? .none
    // Only those that stand out say something: an account with a result nearly every day has one after every feature.
    let usual = report.features.compactMap(\.conversion).middle() ?? 1
    let paths = report.features.filter { $0.conversion ?? 0 > usual + 0.05 && $0.days >= 5 }
      .sorted { ($1.conversion ?? 0, $0.name) < ($0.conversion ?? 0, $1.name) }.prefix(3)
    let list: HTML =
      paths.isEmpty
      ? .none
      : """
      <p>Days with these features were most often followed by a result, on the day or shortly after:</p>
      \(ReportFrame.table("Features before a result", ["Feature", "Days with a result, of those with the feature"], paths.map { ["\(name: names.label($0.name))", "\(Figure.percent($0.conversion))"] }))
      """
    return "<p>\(people) reached a result in the four weeks to \(endWords)\(share).</p>\(list)"
  }

  /// What would help most, from the figures above; at most four.
  private var steps: HTML {
    var steps: [HTML] = []
    for suggestion in (report.suggestions ?? []).prefix(2) {
      steps.append(
        "<b>Try \(name: names.label(suggestion.name)).</b> \(Self.tenths(suggestion.share, isBeginning: true)) \(others) use it. We are glad to show you how it fits your work."
      )
    }
    func isBelow(_ place: Int) -> UsageReport.Comparison? {
      guard report.comparisons.indices.contains(place) else { return nil }
      let row = report.comparisons[place]
      guard let own = row.own, let median = row.median, own < median * 0.9 else { return nil }
      return row
    }
    if let row = isBelow(0) {
      steps.append(
        "<b>Invite more colleagues.</b> \(othersTitle) have \(Self.figure(row.median, row.kind)) people active in four weeks (median); you have \(Self.figure(row.own, row.kind))."
      )
    }
    if let row = isBelow(1) {
      steps.append(
        "<b>Make it a daily habit.</b> At \(others) \(Self.figure(row.median, row.kind)) of the active people are there on an average day, at your side \(Self.figure(row.own, row.kind)). A fixed place in the daily routine helps."
      )
    }
    if let row = isBelow(4) {
      steps.append(
        "<b>Help more people to a result.</b> \(Self.figure(row.own, row.kind)) of your active people reached one; in the middle of \(others) it is \(Self.figure(row.median, row.kind))."
      )
    }
    if steps.isEmpty {
      steps.append(
        "<b>Keep going.</b> Your use is at or above the middle of \(others) wherever we can compare."
      )
    }
    steps = Array(steps.prefix(4))
    if report.peers == 0 {
      steps = [
        "<b>Let us talk about your goals.</b> We are glad to look at these figures with you and at what would help your team most."
      ]
    }
    return "<ol class=\"steps\">\(HTML.each(steps) { "<li>\($0)</li>" })</ol>"
  }

  private var definitions: HTML {
    let similar: HTML =
      report.peers > 0
      ? "<dt>\(othersTitle)</dt><dd>Customers \(report.arePeersSimilar ? "of about your kind " : "")who use the product. Of them you see medians and shares only; the same holds for what others see of you.</dd>"
      : .none
    return """
      <section class="foot keep"><h2>How to read the figures</h2><dl class="defs">
      <dt>Days</dt><dd>All days are from midnight to midnight UTC. “Four weeks” are the 28 days up to and with the day named.</dd>
      <dt>People active, days with activity, actions</dt><dd>Different people who did anything in the product; days on which somebody did; and everything they did, counted one by one.</dd>
      <dt>There on an average day</dt><dd>People on an average day of the four weeks ÷ people active in the four weeks.</dd>
      <dt>Result</dt><dd>What you use the product for, as we record it together with you. A person with several results counts once.</dd>
      \(similar)</dl></section>
      """
  }

  private static func counted(_ count: Int, _ one: String, _ many: String) -> String {
    "\(Figure.count(count)) \(count == 1 ? one : many)"
  }

  private static func figure(_ value: Int?) -> String { value.map(Figure.count) ?? Figure.none }

  private static func figure(_ value: Double?, _ kind: UsageReport.Comparison.Kind) -> String {
    switch kind {
    case .percent: Figure.percent(value)
    case .count: Figure.number(value, decimals: value == value?.rounded() ? 0 : 1)
    }
  }

  /// Where the customer stands, in words that a customer likes to read.
  private static func place(_ row: UsageReport.Comparison) -> String {
    guard let own = row.own, let median = row.median else { return "" }
    if own > median * 1.1 { return "above the middle" }
    return own < median * 0.9 ? "room to grow" : "in the middle"
  }

  private static func tenths(_ share: Double, isBeginning: Bool = false) -> String {
    let tenths = Int((share * 10).rounded())
    if tenths >= 10 { return isBeginning ? "Nearly all" : "nearly all" }
    return "\(max(tenths, 1)) in 10"
  }
}
