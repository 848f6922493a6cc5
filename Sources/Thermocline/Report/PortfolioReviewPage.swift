internal import ThermoclineCore
internal import ThermoclineDashboard

/// The review of all accounts as a page, for the vendor's own eyes.
struct PortfolioReviewPage {
  let review: PortfolioReview

  /// More accounts at risk are counted but not listed.
  private static let listedMax = 200

  var html: String {
    let period =
      "\(PlainDate.long(review.period.from)) to \(PlainDate.lastDay(before: review.period.to))"
    return ReportFrame.page(
      title: "Portfolio review", kicker: "Internal · \(period)", lead: lead,
      moreStyle: style,
      HTML([
        ReportFrame.section("At a glance", tiles),
        ReportFrame.section("How it developed", development),
        ReportFrame.section("By tier", tiers), worths,
        ReportFrame.section("Who is at risk", risks), definitions,
      ]))
  }

  private let style: HTML = """
    .band-red{--c:#c8372d}.band-yellow{--c:#d99a0b}.band-green{--c:#2e8f5b}.band-other{--c:#7b8a96}
    .line.risk{stroke:#c8372d}.area{stroke:#fff;stroke-width:.5;fill:#7b8a96}.area[class*=band]{fill:var(--c)}
    .badge{white-space:nowrap}.badge::before{content:"";display:inline-block;width:.65rem;height:.65rem;border-radius:50%;
    background:var(--c,#b9c4cc);margin-right:.4rem}.legend [class*=band]{border-top:10px solid var(--c)}
    tr:has(.badge) td:last-child{min-width:21em}td small+b{display:inline-block;margin-top:.3rem}
    """

  init(review: PortfolioReview) { self.review = review }

  private var first: HealthRollup? { review.days.first }
  private var last: HealthRollup? { review.days.last }
  /// Without profiles nobody has revenue, and a review of nothing but noughts says nothing.
  private var hasRevenue: Bool { review.days.contains { $0.revenue > 0 } }

  private var lead: HTML {
    guard let first, let last else { return .none }
    let listed = review.risks.count
    let share: HTML =
      first.redShare.flatMap { before in
        last.redShare.map {
          "The share of the band \(name: review.lowestBand) went from \(Figure.percent(before, decimals: 1)) to \(Figure.percent($0, decimals: 1)). "
        }
      } ?? .none
    return
      "\(share)\(Figure.count(listed)) of \(Figure.count(last.accounts)) accounts are in it or have an open alert."
  }

  private var tiles: HTML {
    let trend =
      last?.redTrend.map { "\(Figure.signed($0 * 7 * 100, decimals: 2)) points a week" } ?? ""
    var tiles: [(what: String, figure: String, note: HTML)] = [
      (
        "Accounts", Figure.count(last?.accounts ?? 0),
        "\(Figure.count(last?.scored ?? 0)) with a score"
      ),
      (
        "Share in the band \(review.lowestBand)", Figure.percent(last?.redShare, decimals: 1),
        "\(trend)\(asSeen(after: trend))"
      ),
      (
        "Median score", Figure.number(last?.p50?.value),
        "at the beginning \(Figure.number(first?.p50?.value))"
      ),
    ]
    if hasRevenue {
      tiles.insert(
        (
          "Revenue at risk a month", Self.money(last?.revenueAtRisk),
          "of \(Self.money(last?.revenue)); at the beginning \(Self.money(first?.revenueAtRisk))"
        ), at: 2)
    }
    return ReportFrame.tiles(tiles)
  }

  /// The share as people see it, where they say another band of an account than its score.
  private func asSeen(after trend: String) -> HTML {
    guard let bands = last?.effectiveBands, let overridden = last?.overridden, !bands.isEmpty
    else { return .none }
    let all = bands.reduce(0) { $0 + $1.count }
    let lowest = bands.first { $0.name == review.lowestBand }?.count ?? 0
    let share = all > 0 ? Double(lowest) / Double(all) : nil
    let moved = overridden.reduce(0) { $0 + $1.count }
    return
      "\(trend.isEmpty ? "" : "; ")\(Figure.percent(share, decimals: 1)) with the band that people say of \(Figure.count(moved))"
  }

  private var development: HTML {
    let bands = TimeChart.bands(review.days, width: 760, height: 190)
    let revenue: HTML =
      hasRevenue
      ? "<figure><figcaption>Revenue at risk, a month</figcaption>\(TimeChart.revenueAtRisk(review.days, width: 760, height: 170).html)</figure>"
      : .none
    let gaps: HTML =
      review.days.count < review.midnights
      ? "<p class=\"note\">There are figures of \(Figure.count(review.days.count)) of the \(Figure.count(review.midnights)) midnights; “beginning” is the first of them, \(PlainDate.long(review.days[0].at)).</p>"
      : .none
    return """
      <figure><figcaption>Shares of the bands</figcaption><ul class="legend">\(HTML.each(TimeChart.bandNames(review.days)) { name in
        "<li><i class=\"\(Badge.bandClass(name))\"></i>\(name: name)</li>"
      })</ul>\(bands.html)</figure>
      \(revenue)
      \(gaps)
      """
  }

  private var tiers: HTML {
    if review.tiers.isEmpty { return "<p>No tier has figures.</p>" }
    return ReportFrame.table(
      "Figures by tier",
      ["Tier", "Accounts", "Share \(review.lowestBand), beginning", "End"]
        + (hasRevenue ? ["Revenue a month", "At risk"] : []),
      review.tiers.map { tier in
        let revenue: [HTML] = [
          "\(Self.money(tier.last.revenue))", "\(Self.money(tier.last.revenueAtRisk))",
        ]
        let row: [HTML] = [
          "\(name: tier.name)", "\(Figure.count(tier.last.accounts))",
          "\(Figure.percent(tier.first?.redShare, decimals: 1))",
          "\(Figure.percent(tier.last.redShare, decimals: 1))",
        ]
        return hasRevenue ? row + revenue : row
      })
  }

  private var worths: HTML {
    if review.worths.isEmpty { return .none }
    let table = ReportFrame.table(
      "Lifetime value and cost of acquisition by tier",
      [
        "Tier", "Accounts", "Revenue a month each", "Left", "Leave in a month", "Lifetime, months",
        "LTV", "CAC", "LTV : CAC",
      ],
      review.worths.map { worth in
        [
          "\(name: worth.tier)", "\(Figure.count(worth.accounts))",
          "\(Figure.number(worth.revenue, decimals: 0))", "\(Figure.count(worth.left))",
          "\(Figure.percent(worth.leaving, decimals: 2))",
          "\(Figure.number(worth.lifetime, decimals: 1))",
          "\(Figure.number(worth.value, decimals: 0))", "\(Figure.number(worth.cac, decimals: 0))",
          "\(worth.ratio == nil ? Figure.none : Figure.number(worth.ratio) + " : 1")",
        ]
      })
    return
      "<div class=\"keep\">\(ReportFrame.section("LTV : CAC by tier", "\(table)<p class=\"note\">A dash: nobody of the tier left in the period, so the lifetime cannot be told. Few leavers make the ratio uncertain: with n of them it is good to about 1 ÷ √n.</p>"))</div>"
  }

  private var risks: HTML {
    let older: HTML =
      review.alertsFrom.map {
        "<p class=\"note\">Alerts that began before \(PlainDate.long($0)) and have not changed since are not kept any more.</p>"
      } ?? .none
    if review.risks.isEmpty {
      return "<p>No account is in the lowest band or has an open alert.</p>\(older)"
    }
    let rest = review.risks.count - Self.listedMax
    let more: HTML =
      rest > 0
      ? "<p class=\"note\">\(Figure.count(rest)) more are not listed.</p>" : .none
    let columns =
      ["Account", "Band", "Score", "7\u{A0}days"] + (hasRevenue ? ["Revenue"] : [])
      + ["Open alerts: state, verdict"]
    return """
      \(ReportFrame.table("Accounts at risk", columns, texts: [1, columns.count - 1], review.risks.prefix(Self.listedMax).map(row)))
      \(more)\(older)
      """
  }

  private func row(_ risk: PortfolioReview.Risk) -> [HTML] {
    let score = risk.score
    let byHand: HTML =
      score.override == nil ? .none : "<small>set by \(name: score.override!.author)</small>"
    let alerts: HTML =
      risk.alerts.isEmpty
      ? "none"
      : .each(risk.alerts) { alert in
        let verdict: HTML =
          alert.cause.map { ", \(name: $0.verdict.replacing("_", with: " "))" } ?? .none
        return
          "<b>\(name: alert.rule)</b>: \(alert.state.rawValue) <span class=\"d\">since \(PlainDate.short(alert.startsAt))</span>\(verdict)<small>\(sentence: alert.summary)</small>"
      }
    let revenue: [HTML] = hasRevenue ? ["\(Figure.number(score.revenue, decimals: 0))"] : []
    let row: [HTML] = [
      "\(name: score.account)<small>\(name: score.tier), \(name: score.stage)</small>",
      "\(Badge.band(score.override?.band ?? score.band))\(byHand)",
      "\(Figure.number(score.score?.value))", "\(Figure.signed(score.weekChange?.value))",
    ]
    return row + revenue + [alerts]
  }

  private var definitions: HTML {
    let revenue: HTML =
      hasRevenue
      ? "<dt>Revenue at risk</dt><dd>Σ recurring revenue a month of the accounts in the lowest band.</dd>"
      : .none
    let order: HTML = hasRevenue ? ", then most revenue first" : .none
    let worth: HTML =
      review.worths.isEmpty
      ? .none
      : """
      <dt>Leave in a month</dt><dd>Accounts of the tier with a date in the labels inside the period ÷ the months (of 365 ÷ 12 days) that its accounts were there in it, added up.</dd>
      <dt>LTV</dt><dd>Mean recurring revenue a month of the accounts that are there × margin (\(Figure.percent(review.worths[0].margin))) × lifetime; lifetime = 1 ÷ the share that leaves in a month.</dd>
      <dt>LTV : CAC</dt><dd>LTV ÷ what winning an account of the tier cost, as given on the command line.</dd>
      """
    return """
      <section class="foot keep"><h2>How the figures are made</h2><dl class="defs">
      <dt>Share in the band \(review.lowestBand)</dt><dd>Accounts in the policy's lowest band ÷ accounts with a score, at the midnight.</dd>
      <dt>Points a week</dt><dd>7 × the slope of that share over the policy's last trend_scores days, least squares, in percentage points.</dd>
      \(revenue)
      <dt>Who is at risk</dt><dd>Accounts in the lowest band or with an alert that is not resolved, as of the end of the period; the lowest band first\(order). “7 days” is the score now minus that of the day seven days before. The verdict is why a count fell, where the alert can tell.</dd>
      \(worth)</dl></section>
      """
  }

  /// Hundredths of the currency.
  private static func money(_ hundredths: Int64?) -> String {
    Figure.number(hundredths.map { Double($0) / 100 }, decimals: 0)
  }
}
