internal import ThermoclineCore
internal import ThermoclineServer

/// The list of accounts.
enum AccountsPage {
  /// What the filters offer.
  struct Choices {
    var bands: [Share]
    var tiers: [Share]
    var stages: [Share]
  }

  static func reply(_ page: AccountPage, _ query: AccountQuery, _ choices: Choices) -> ServerReply {
    PageFrame.reply(
      "Accounts", .accounts,
      """
      <div class="title"><h1>Accounts</h1><p class="muted">\(Figure.count(page.total)) found</p></div>
      \(form(query, choices))
      <section class="card flush">\(page.rows.isEmpty ? empty : table(page, query))</section>
      \(pager(page, query))
      """)
  }

  private static let empty: HTML =
    "<p class=\"empty\">No account fits. <a href=\"/accounts\">Show all</a></p>"

  private static func form(_ query: AccountQuery, _ choices: Choices) -> HTML {
    """
    <form class="filters card" method="get" action="/accounts" role="search">
    <label for="q">Search<input id="q" name="q" type="search" maxlength="256" value="\(query.text ?? "")" placeholder="Account"></label>
    \(select("band", "Band", query.band, choices.bands))
    <label for="quadrant">Quadrant<select id="quadrant" name="quadrant"><option value="">all</option>\(HTML.each(["red_carpet", "convert", "nurture", "costly"]) { option($0, Badge.quadrant($0), query.quadrant) })</select></label>
    \(select("tier", "Tier", query.tier, choices.tiers))
    \(select("stage", "Stage", query.stage, choices.stages))
    <label for="sort">Sort by<select id="sort" name="sort">\(HTML.each(AccountQuery.Sort.allCases) { option($0.rawValue, title($0), query.sort.rawValue) })</select></label>
    <label for="order">Order<select id="order" name="order">\(option("asc", "lowest first", query.isDescending ? "desc" : "asc"))\(option("desc", "highest first", query.isDescending ? "desc" : "asc"))</select></label>
    <button type="submit">Show</button> <a class="reset" href="/accounts">Reset</a>
    </form>
    """
  }

  private static func select(
    _ name: String, _ title: String, _ chosen: String?, _ shares: [Share]
  ) -> HTML {
    """
    <label for="\(name)">\(title)<select id="\(name)" name="\(name)"><option value="">all</option>\(HTML.each(shares.prefix(100)) { share in
      let value = share.name.flatMap { $0.isEmpty ? nil : $0 } ?? "none"
      return option(value, ForeignName.visible(value), chosen)
    })</select></label>
    """
  }

  private static func option(_ value: String, _ text: String, _ chosen: String?) -> HTML {
    let mark: HTML = value == chosen ? " selected" : ""
    return "<option value=\"\(value)\"\(mark)>\(text)</option>"
  }

  private static func title(_ sort: AccountQuery.Sort) -> String {
    switch sort {
    case .score: "Score"
    case .trend: "Trend"
    case .change: "Change"
    case .revenue: "Revenue"
    case .account: "Account"
    case .at: "As of"
    }
  }

  private static func table(_ page: AccountPage, _ query: AccountQuery) -> HTML {
    """
    <div class="scroll" tabindex="0" role="region" aria-label="Accounts"><table class="accounts" role="table">
    <caption class="sr">Accounts, sorted by \(query.sort.rawValue), \(query.isDescending ? "highest" : "lowest") first</caption>
    <thead role="rowgroup"><tr role="row">\(head(.account, query, ""))<th role="columnheader" scope="col">Band</th>\(head(.score, query, "n"))\(head(.trend, query, "n"))\(head(.change, query, "n"))<th role="columnheader" scope="col">Quadrant</th><th role="columnheader" scope="col">Tier</th><th role="columnheader" scope="col">Stage</th>\(head(.revenue, query, "n"))\(head(.at, query, ""))</tr></thead>
    <tbody role="rowgroup">\(HTML.each(page.rows, row))</tbody></table></div>
    """
  }

  private static func row(_ row: AccountRow) -> HTML {
    """
    <tr role="row"><th role="rowheader" scope="row">\(Badge.account(row.id))<p class="why">\(sentence: row.summary.isEmpty ? Figure.none : row.summary)</p></th><td role="cell">\(Badge.band(row.band))</td><td role="cell" class="n score">\(Figure.number(row.score))</td>
    <td role="cell" class="n" data-label="Trend">\(Badge.change(row.trend))</td><td role="cell" class="n" data-label="Change">\(Badge.change(row.change))</td><td role="cell" class="more">\(name: Badge.quadrant(row.quadrant))</td>
    <td role="cell" class="more">\(name: row.tier.isEmpty ? Figure.none : row.tier)</td><td role="cell" class="more">\(name: row.stage.isEmpty ? Figure.none : row.stage)</td><td role="cell" class="n" data-label="Revenue">\(Figure.number(row.revenue, decimals: 0))</td><td role="cell" class="when more">\(Figure.time(row.at))</td></tr>
    """
  }

  private static func head(
    _ sort: AccountQuery.Sort, _ query: AccountQuery, _ style: String
  ) -> HTML {
    var next = query
    next.sort = sort
    next.offset = 0
    next.isDescending = query.sort == sort ? !query.isDescending : false
    let isSorted = query.sort == sort
    let state: HTML =
      isSorted ? " aria-sort=\"\(query.isDescending ? "descending" : "ascending")\"" : ""
    let arrow = isSorted ? (query.isDescending ? " ▼" : " ▲") : ""
    return
      "<th role=\"columnheader\" scope=\"col\" class=\"\(style)\"\(state)><a id=\"sort-\(sort.rawValue)\" href=\"\(link(next))\">\(title(sort))<span aria-hidden=\"true\">\(arrow)</span></a></th>"
  }

  private static func pager(_ page: AccountPage, _ query: AccountQuery) -> HTML {
    if page.total <= query.limit, query.offset == 0 { return .none }
    var (before, after) = (query, query)
    before.offset = max(query.offset - query.limit, 0)
    after.offset = query.offset + query.limit
    let first = page.rows.isEmpty ? query.offset : query.offset + 1
    let last = query.offset + page.rows.count
    let previous: HTML =
      query.offset > 0
      ? "<a id=\"previous\" rel=\"prev\" href=\"\(link(before))\">← Previous</a>"
      : "<span class=\"muted\">← Previous</span>"
    let next: HTML =
      last < page.total
      ? "<a id=\"next\" rel=\"next\" href=\"\(link(after))\">Next →</a>"
      : "<span class=\"muted\">Next →</span>"
    return """
      <nav class="pager" aria-label="Pages of accounts">\(previous)<span>\(Figure.count(first))–\(Figure.count(last)) of \(Figure.count(page.total))</span>\(next)</nav>
      """
  }

  /// The address of a query; escaped where it is put into HTML.
  static func link(_ query: AccountQuery) -> String {
    var pairs: [String] = []
    for (name, value) in [
      ("q", query.text), ("band", query.band), ("quadrant", query.quadrant), ("tier", query.tier),
      ("stage", query.stage),
    ] {
      if let value { pairs.append("\(name)=\(value.percentEncoded)") }
    }
    pairs.append("sort=\(query.sort.rawValue)")
    pairs.append("order=\(query.isDescending ? "desc" : "asc")")
    if query.limit != AccountQuery().limit { pairs.append("limit=\(query.limit)") }
    if query.offset > 0 { pairs.append("offset=\(query.offset)") }
    return "/accounts?" + pairs.joined(separator: "&")
  }
}
