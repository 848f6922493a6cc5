package import ThermoclineBacktest
internal import ThermoclineDashboard

/// A report as one page of HTML: no scripts, nothing loaded, light or dark as the reader has it.
package struct BacktestPage {
  private let report: BacktestReport

  package init(_ report: BacktestReport) { self.report = report }

  /// The page.
  package var html: String {
    let tables = BacktestTables(report)
    let title = "Backtest of " + report.scorers[0..<report.policies].joined(separator: " and ")
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(HTML.escaped(title))</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <h1>\(HTML.escaped(title))</h1>
      <ul>

      """
    for line in tables.preface { page += "<li>\(HTML.escaped(line))</li>\n" }
    page += "</ul>\n\(legend)<div class=\"plots\">\n"
    page += figure("Area under the ROC curve by horizon, with intervals", areas)
    page += figure("ROC curves, \(report.plan.horizons[0]) days ahead", curves)
    for policy in 0..<report.policies {
      page += figure(
        "Share that leaves, by tenth of the score of \(report.scorers[policy])", tenths(policy))
    }
    page += "</div>\n"
    for table in tables.all { page += section(table) }
    return page + "</body>\n</html>\n"
  }

  private func section(_ table: BacktestTables.Table) -> String {
    var text = "<section>\n<h2>\(HTML.escaped(table.title))</h2>\n"
    if !table.note.isEmpty { text += "<p>\(HTML.escaped(table.note))</p>\n" }
    text += "<div class=\"scroll\"><table>\n"
    for (i, row) in table.rows.enumerated() {
      let cells = row.enumerated().map { column, cell in
        let tag = i == 0 || column == 0 ? "th" : "td"
        let scope = tag == "th" ? " scope=\"\(i == 0 ? "col" : "row")\"" : ""
        return "<\(tag)\(scope)>\(HTML.escaped(cell))</\(tag)>"
      }
      text += "<tr>\(cells.joined())</tr>\n"
    }
    return text + "</table></div>\n</section>\n"
  }

  private func figure(_ caption: String, _ plot: Plot) -> String {
    "<figure>\n\(plot.svg(label: HTML.escaped(caption)))\n"
      + "<figcaption>\(HTML.escaped(caption))</figcaption>\n</figure>\n"
  }

  private var legend: String {
    let entries = report.scorers.enumerated().map { s, name in
      "<span class=\"key\"><i class=\"k\(s)\"></i>\(HTML.escaped(name))</span>"
    }
    return "<p class=\"legend\">\(entries.joined(separator: " "))</p>\n"
  }

  private var areas: Plot {
    let all = report.horizons.flatMap(\.areas).flatMap { [$0.value, $0.low, $0.high] }
      .filter(\.isFinite)
    let low = min(0.4, ((all.min() ?? 0.4) * 10).rounded(.down) / 10)
    let high = max(0.8, ((all.max() ?? 0.8) * 10).rounded(.up) / 10)
    var plot = Plot(y: low...min(high, 1), yStep: 0.1)
    plot.line([(0, 0.5), (1, 0.5)], style: "chance")
    let width = 1 / Double(report.horizons.count)
    for (h, figures) in report.horizons.enumerated() {
      plot.label("\(figures.horizon) d", at: (Double(h) + 0.5) * width)
      for (s, area) in figures.areas.enumerated() where area.value.isFinite {
        let x = (Double(h) + (Double(s) + 1) / Double(figures.areas.count + 1)) * width
        if area.low.isFinite { plot.line([(x, area.low), (x, area.high)], style: "s\(s)") }
        plot.dot(x, area.value, style: "f\(s)")
      }
    }
    return plot
  }

  private var curves: Plot {
    var plot = Plot(y: 0...1, yStep: 0.2)
    plot.line([(0, 0), (1, 1)], style: "chance")
    for step in 0...5 { plot.label("\(step * 20) %", at: Double(step) / 5) }
    for (s, curve) in report.curves.enumerated().reversed() {
      // At most some hundred corners: more cannot be seen.
      let every = max(1, curve.count / 300)
      let corners = curve.indices.filter { $0 % every == 0 || $0 == curve.count - 1 }
      plot.line(corners.map { (curve[$0].others, curve[$0].churners) }, style: "s\(s)")
    }
    return plot
  }

  private func tenths(_ policy: Int) -> Plot {
    let groups = report.calibration[policy].groups
    let most =
      groups.flatMap { [$0.rate.high, $0.rate.value, $0.expectedRate] }
      .filter(\.isFinite).max() ?? 0
    let step = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1].first { most / $0 <= 6 } ?? 0.2
    var plot = Plot(y: 0...max(step, (most / step).rounded(.up) * step), yStep: step)
    let width = 1 / Double(max(groups.count, 1))
    for (i, group) in groups.enumerated() {
      let x = (Double(i) + 0.5) * width
      plot.bar(x, width: width * 0.6, height: group.rate.value, style: "f\(policy)")
      if group.rate.low.isFinite {
        plot.line([(x, group.rate.low), (x, group.rate.high)], style: "whisker")
      }
      plot.dot(x, group.expectedRate, style: "expected")
      plot.label(FigureText.decimal(group.scoreMean), at: x)
    }
    return plot
  }

  private static let style = """
    :root{--ink:#1b2733;--soft:#5d6b78;--line:#d5dce2;--paper:#fff;--c0:#0b63b0;--c1:#b3400f;\
    --c2:#1c7c54;--c3:#7a4fb5;--c4:#8a6d00}
    @media(prefers-color-scheme:dark){:root{--ink:#e4eaf0;--soft:#9aa8b5;--line:#36424e;\
    --paper:#12181e;--c0:#5cacf2;--c1:#f39463;--c2:#57c793;--c3:#bb98ef;--c4:#d9bb4e}}
    body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);\
    max-width:72rem;margin:2rem auto;padding:0 1rem}
    h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2rem 0 .3rem}p{color:var(--soft);margin:.2rem 0}
    .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1rem}
    figure{margin:0}figcaption{color:var(--soft);font-size:.9rem}svg{width:100%;height:auto}
    .scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
    th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--line);\
    white-space:nowrap}
    th{font-weight:600}th:first-child{text-align:left}
    .key{display:inline-block;margin-right:1rem}.key i{display:inline-block;width:.8rem;\
    height:.8rem;border-radius:50%;margin-right:.35rem}
    \((0..<5).map { ".k\($0){background:var(--c\($0))}.s\($0){stroke:var(--c\($0))}.f\($0){fill:var(--c\($0))}" }.joined())
    polyline{fill:none;stroke-width:2}.grid{stroke:var(--line);stroke-width:1}
    .chance{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 4}.whisker{stroke:var(--soft)}
    .expected{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}text{fill:var(--soft);font-size:13px}
    """
}
