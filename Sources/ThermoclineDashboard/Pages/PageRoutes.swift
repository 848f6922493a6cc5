internal import ThermoclineCore
internal import ThermoclineServer

/// The pages, their style and their script.
struct PageRoutes: Routes {
  let context: DashboardContext

  init(_ context: DashboardContext) { self.context = context }

  func add(to table: inout RouteTable) {
    let context = context
    asset(&table, "dashboard.css", "text/css; charset=utf-8", PackageResources.dashboard_css)
    asset(&table, "dashboard.js", "text/javascript; charset=utf-8", PackageResources.dashboard_js)
    asset(&table, "icon.svg", "image/svg+xml", PackageResources.icon_svg)
    on(&table, "/", .portfolio) { _ in
      PortfolioPage.reply(
        try await context.store.portfolio(),
        alerts: try await context.store.alerts(state: nil, limit: 6, offset: 0), context.feed())
    }
    on(&table, "/accounts", .accounts) { request in
      let query = try AccountQuery(request.query)
      let store = context.store
      return AccountsPage.reply(
        try await store.accounts(query), query,
        AccountsPage.Choices(
          bands: try await store.shares(of: .band), tiers: try await store.shares(of: .tier),
          stages: try await store.shares(of: .stage)))
    }
    on(&table, "/account", .accounts) { request in
      guard let record = try await context.store.account(request.query("id") ?? "") else {
        return PageFrame.problem(
          404, "No such account", "It was never seen, or has been forgotten.", .accounts)
      }
      return AccountDetailPage(record).reply()
    }
    on(&table, "/alerts", .alerts) { request in
      let state = request.query("state").flatMap(AlertState.init)
      let offset = min(
        max(request.query("offset").flatMap { Int($0) } ?? 0, 0), AccountQuery.offsetMax)
      return AlertsPage.reply(
        try await context.store.alerts(state: state, limit: AlertsPage.pageSize, offset: offset),
        state: state, offset: offset, canControl: context.control != nil)
    }
    on(&table, "/job", .job) { _ in
      JobPage.reply(
        await context.job?(), try await context.store.contents(), context.feed(),
        readers: context.hub.readersCount)
    }
    table.on(.post, "/alerts/{fingerprint}") { request in
      await AlertForm(context).reply(to: request)
    }
    table.on(.get, "/{rest...}") { _ in
      PageFrame.problem(404, "Nothing here", "The address leads to no page.", .portfolio)
    }
  }

  private func asset(
    _ table: inout RouteTable, _ name: String, _ type: String, _ bytes: [UInt8]
  ) {
    table.on(.get, "/assets/" + name) { _ in ServerReply(type: type, bytes) }
  }

  private func on(
    _ table: inout RouteTable, _ path: String, _ section: PageFrame.Section,
    _ body: @escaping @Sendable (ServerRequest) async throws -> ServerReply
  ) {
    table.on(.get, path) { request in
      do { return try await body(request) } catch let error as HistoryFailure {
        return PageFrame.problem(503, "The history cannot be read now", error.description, section)
      } catch let error as WrongQuery {
        return PageFrame.problem(400, "There is no such list", error.text, section)
      }
    }
  }
}
