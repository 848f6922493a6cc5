internal import ThermoclineDashboard

/// What all reports have around them: one file that loads nothing, for the screen and for A4 paper.
enum ReportFrame {
  static func page(
    title: String, kicker: HTML, lead: HTML, moreStyle: HTML = .none, _ body: HTML
  ) -> String {
    let html: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light">
      <meta name="referrer" content="no-referrer">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-report'">
      <title>\(ForeignName.visible(title))</title>
      <style nonce="report">\(style)\(moreStyle)</style>
      </head>
      <body>
      <main>
      <header class="head"><p class="kicker">\(kicker)</p><h1>\(name: title)</h1><p class="lead">\(lead)</p></header>
      \(body)
      </main>
      </body>
      </html>

      """
    return html.text
  }

  /// Figures side by side: what, how much, and a word more.
  static func tiles(_ tiles: [(what: String, figure: String, note: HTML)]) -> HTML {
    """
    <dl class="tiles">\(HTML.each(tiles) { tile in
      "<div><dt>\(tile.what)</dt><dd>\(tile.figure)<small>\(tile.note)</small></dd></div>"
    })</dl>
    """
  }

  static func section(_ title: String, _ body: HTML) -> HTML {
    "<section><h2>\(title)</h2>\(body)</section>\n"
  }

  /// A table. The first column holds names; the others are numbers unless `texts` has their place.
  static func table(
    _ caption: String, _ columns: [String], texts: Set<Int> = [], _ rows: [[HTML]]
  ) -> HTML {
    func style(_ column: Int) -> HTML {
      column == 0 || texts.contains(column) ? "" : " class=\"n\""
    }
    return """
      <table><caption class="sr">\(caption)</caption><thead><tr>\(HTML.each(columns.enumerated()) { i, name in
        "<th scope=\"col\"\(style(i))>\(name)</th>"
      })</tr></thead><tbody>\(HTML.each(rows) { row in
        """
        <tr>\(HTML.each(row.enumerated()) { i, cell in
          i == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td\(style(i))>\(cell)</td>"
        })</tr>

        """
      })</tbody></table>
      """
  }

  private static let style: HTML = """
    :root{--ink:#16242f;--soft:#566673;--line:#d9e1e7;--ground:#f3f7f9;--brand:#0f6f8f;--calm:#8aa0ad}
    *{box-sizing:border-box}
    body{margin:0;background:#fff;color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;
    -webkit-print-color-adjust:exact;print-color-adjust:exact}
    main{max-width:820px;margin:0 auto;padding:2.2rem 1.4rem 3rem}
    .head{border-bottom:3px solid var(--brand);padding-bottom:1rem;margin-bottom:1.4rem}
    .kicker{margin:0 0 .2rem;color:var(--brand);font-weight:650;font-size:.88rem}
    h1{margin:0;font-size:1.9rem;line-height:1.2;letter-spacing:-.02em;overflow-wrap:anywhere}
    .lead{margin:.6rem 0 0;font-size:1.06rem;max-width:68ch}
    h2{margin:0 0 .6rem;font-size:1.18rem;letter-spacing:-.01em;break-after:avoid}
    section{margin:0 0 1.9rem}
    p{margin:.3rem 0 .7rem;max-width:75ch}
    .note{color:var(--soft);font-size:.88rem}
    bdi{overflow-wrap:anywhere}
    .tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.8rem;margin:0 0 1rem;break-inside:avoid}
    .tiles>div{background:var(--ground);border-radius:10px;padding:.75rem .9rem}
    .tiles dt{color:var(--soft);font-size:.84rem;line-height:1.3}
    .tiles dd{margin:.15rem 0 0;font-size:1.55rem;font-weight:650;letter-spacing:-.02em;line-height:1.25}
    .tiles small{display:block;font-size:.8rem;font-weight:400;color:var(--soft);letter-spacing:0}
    table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.93rem}
    th,td{padding:.42rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
    th:first-child{padding-left:0}
    thead .n{white-space:normal}thead th{color:var(--soft);font-size:.82rem;font-weight:600;vertical-align:bottom}
    tbody th{font-weight:600;min-width:8.9em}td:not(.n){overflow-wrap:anywhere}
    thead{display:table-header-group}tr{break-inside:avoid}
    .n{text-align:right;white-space:nowrap}.d{white-space:nowrap}td small,th small{display:block;color:var(--soft);font-weight:400}
    .sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    figure{margin:0 0 1rem;break-inside:avoid}
    figcaption{font-weight:600;margin-bottom:.2rem}
    .chart{display:block;width:100%;height:auto}
    .chart text{fill:var(--soft);font-size:11px}.chart .axis line{stroke:var(--line)}
    .line{fill:none;stroke-linejoin:round;stroke-width:2.8;stroke:var(--brand)}
    .line.others{stroke:var(--calm);stroke-width:2;stroke-dasharray:5 4}
    .legend{list-style:none;margin:0 0 .3rem;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;color:var(--soft);font-size:.86rem}
    .legend i{display:inline-block;width:1.5rem;vertical-align:middle;margin-right:.4rem;border-top:3px solid var(--brand)}
    .legend .others{border-top:2px dashed var(--calm)}
    .bar{display:block;width:100%;min-width:12rem;height:10px;margin-top:.45em}.bar rect{fill:var(--brand)}.bar .track{fill:#e6edf1}
    .steps{padding-left:1.3rem;margin:.2rem 0}.steps li{margin-bottom:.55rem;break-inside:avoid;max-width:72ch}
    .cards{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.6rem}
    .cards li{border:1px solid var(--line);border-radius:10px;padding:.6rem .85rem;break-inside:avoid}.cards{break-before:avoid;break-inside:avoid}
    .cards b{display:block}.cards span{color:var(--soft);font-size:.88rem}
    .defs{font-size:.88rem;margin:0}.defs dt{font-weight:600;margin-top:.45rem}.defs dd{margin:0;color:var(--soft);max-width:90ch}
    .foot{border-top:1px solid var(--line);padding-top:.9rem}
    @media(max-width:640px){.tiles,.cards{grid-template-columns:repeat(2,minmax(0,1fr))}.cards{grid-template-columns:1fr}
    section{overflow-x:auto}}
    @page{size:A4;margin:15mm 15mm 17mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#566673}}
    @media print{body{font-size:10.2pt}main{max-width:none;padding:0}h1{font-size:20pt}section{margin-bottom:7mm}
    .tiles{grid-template-columns:repeat(4,minmax(0,1fr))}.keep{break-inside:avoid}}
    """
}
