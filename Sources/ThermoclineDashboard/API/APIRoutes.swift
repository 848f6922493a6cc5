internal import ThermoclineCodec
internal import ThermoclineCore
package import ThermoclineServer

/// `/api/v1`: what the pages show, for programs. `Assets/openapi.yaml` describes it.
package struct APIRoutes: Routes {
  let context: DashboardContext

  package init(_ context: DashboardContext) { self.context = context }

  package func add(to table: inout RouteTable) {
    let context = context
    table.on(.get, "/api/v1/openapi.yaml") { _ in
      ServerReply(type: "application/yaml", PackageResources.openapi_yaml)
    }
    on(&table, "/api/v1/accounts") { request throws(HistoryFailure) in
      let query: AccountQuery
      do throws(AccountQuery.Wrong) { query = try AccountQuery(request.query) } catch {
        return Problem.badRequest(error.text)
      }
      return .json(200, APIJSON.page(try await context.store.accounts(query), query))
    }
    on(&table, "/api/v1/accounts/{id}") { request throws(HistoryFailure) in
      let id = request.parameters["id"] ?? ""
      guard let record = try await context.store.account(id) else { return Self.noAccount }
      return .json(200, APIJSON.account(record))
    }
    on(&table, "/api/v1/accounts/{id}/history") { request throws(HistoryFailure) in
      guard let limit = Self.limit(request, 500, max: 5_000) else { return Self.badLimit }
      let id = request.parameters["id"] ?? ""
      guard let points = try await context.store.history(id, limit: limit) else {
        return Self.noAccount
      }
      return .json(200, APIJSON.history(id, points))
    }
    on(&table, "/api/v1/alerts") { request throws(HistoryFailure) in
      guard let limit = Self.limit(request, 100, max: 500) else { return Self.badLimit }
      var state: AlertState?
      if let name = request.query("state"), !name.isEmpty {
        state = AlertState(rawValue: name)
        if state == nil { return Problem.badRequest("state takes firing, recovering or resolved") }
      }
      let found = try await context.store.alerts(
        state: state, limit: limit, offset: Self.offset(request))
      return .json(200, APIJSON.list("alerts", found.alerts.map(\.message), total: found.total))
    }
    on(&table, "/api/v1/rollups") { request throws(HistoryFailure) in
      guard let limit = Self.limit(request, 500, max: 5_000) else { return Self.badLimit }
      let messages =
        if let segment = request.query("segment"), !segment.isEmpty {
          try await context.store.rollups(segment, limit: limit)
        } else {
          try await context.store.newestRollups(limit: limit)
        }
      return .json(200, APIJSON.list("rollups", messages, total: nil))
    }
    on(&table, "/api/v1/status") { _ throws(HistoryFailure) in
      .json(200, APIJSON.status(try await context.store.contents(), context.feed()))
    }
    table.on(.get, "/api/v1/stream") { _ in Self.stream(context.hub) }
    table.on(.get, "/api/{rest...}") { _ in Problem.notFound("no such path in the API") }
  }

  private func on(
    _ table: inout RouteTable, _ path: String,
    _ body: @escaping @Sendable (ServerRequest) async throws(HistoryFailure) -> ServerReply
  ) {
    table.on(.get, path) { request in
      do throws(HistoryFailure) { return try await body(request) } catch {
        return Problem.unavailable(error)
      }
    }
  }

  private static func stream(_ hub: LiveHub) -> ServerReply {
    guard let messages = hub.messages() else {
      return Problem.reply(503, "Too many readers", "try again when another page is closed")
    }
    return ServerReply(
      headers: [("content-type", "text/event-stream")],
      body: .stream { stream in
        try await stream.write("retry: 2000\n\n")
        for await message in messages { try await stream.write(message) }
      })
  }

  private static let noAccount = Problem.notFound("there is no account of that id")
  private static let badLimit = Problem.badRequest("limit takes a whole number within its range")

  private static func limit(_ request: ServerRequest, _ usual: Int, max: Int) -> Int? {
    guard let text = request.query("limit"), !text.isEmpty else { return usual }
    guard let number = Int(text), (1...max).contains(number) else { return nil }
    return number
  }

  private static func offset(_ request: ServerRequest) -> Int {
    min(max(request.query("offset").flatMap { Int($0) } ?? 0, 0), AccountQuery.offsetMax)
  }
}
