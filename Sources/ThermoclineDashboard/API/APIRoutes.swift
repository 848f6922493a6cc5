internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineServer

/// `/api/v1`: what the pages show, for programs. `Assets/openapi.yaml` describes it.
struct APIRoutes: Routes {
  let context: DashboardContext

  init(_ context: DashboardContext) { self.context = context }

  func add(to table: inout RouteTable) {
    let context = context
    table.on(.get, "/api/v1/openapi.yaml") { _ in
      ServerReply(type: "application/yaml", PackageResources.openapi_yaml)
    }
    on(&table, "/api/v1/accounts") { request in
      let query = try AccountQuery(request.query)
      return .json(200, APIJSON.page(try await context.store.accounts(query), query))
    }
    on(&table, "/api/v1/accounts/{id}") { request in
      let id = request.parameters["id"] ?? ""
      guard let record = try await context.store.account(id) else { return Self.noAccount }
      return .json(200, APIJSON.account(record))
    }
    on(&table, "/api/v1/accounts/{id}/history") { request in
      let limit = try Self.number("limit", 1...5_000, usual: 500, request)
      let id = request.parameters["id"] ?? ""
      guard let points = try await context.store.history(id, limit: limit) else {
        return Self.noAccount
      }
      return .json(200, APIJSON.history(id, points))
    }
    on(&table, "/api/v1/alerts") { request in
      let limit = try Self.number("limit", 1...500, usual: 100, request)
      let offset = try Self.number("offset", 0...AccountQuery.offsetMax, usual: 0, request)
      let found = try await context.store.alerts(
        state: try Self.state(request), limit: limit, offset: offset)
      return .json(200, APIJSON.list("alerts", found.alerts.map(\.message), total: found.total))
    }
    on(&table, "/api/v1/rollups") { request in
      let limit = try Self.number("limit", 1...5_000, usual: 500, request)
      let messages =
        if let segment = request.query("segment"), !segment.isEmpty {
          try await context.store.rollups(segment, limit: limit)
        } else {
          try await context.store.newestRollups(limit: limit)
        }
      return .json(200, APIJSON.list("rollups", messages, total: nil))
    }
    on(&table, "/api/v1/status") { _ in
      .json(200, APIJSON.status(try await context.store.contents(), context.feed()))
    }
    table.on(.get, "/api/v1/stream") { _ in Self.stream(context.hub) }
    table.on(.get, "/api/{rest...}") { _ in Problem.notFound("no such path in the API") }
  }

  private func on(
    _ table: inout RouteTable, _ path: String,
    _ body: @escaping @Sendable (ServerRequest) async throws -> ServerReply
  ) {
    table.on(.get, path) { request in
      do { return try await body(request) } catch let error as HistoryFailure {
        return Problem.unavailable(error)
      } catch let error as WrongQuery { return Problem.badRequest(error.text) }
    }
  }

  private static func stream(_ hub: LiveHub) -> ServerReply {
    guard hub.hasRoom else { return tooManyReaders }
    return ServerReply(
      headers: [("content-type", "text/event-stream")],
      body: .stream { stream in
        // Only now: a request for the head alone, or a client that is gone, reads nothing.
        guard let reader = hub.join() else { return }
        defer { hub.leave(reader) }
        try await stream.write("retry: 2000\n\n")
        for await message in reader.messages { try await stream.write(message) }
      })
  }

  private static let tooManyReaders = Problem.reply(
    503, "Too many readers", "try again when another page is closed")
  private static let noAccount = Problem.notFound("there is no account of that id")

  /// A number of the query; `usual` when it is not there.
  private static func number(
    _ name: String, _ range: ClosedRange<Int>, usual: Int, _ request: ServerRequest
  ) throws(WrongQuery) -> Int {
    guard let text = request.query(name) else { return usual }
    return try WrongQuery.number(name, text, range)
  }

  /// The state of the alerts that are wanted; nil = those that are not over.
  private static func state(_ request: ServerRequest) throws(WrongQuery) -> AlertState? {
    guard let name = request.query("state") else { return nil }
    // A pending alert is told to nobody.
    guard let state = AlertState(rawValue: name), state != .pending else {
      throw WrongQuery(text: "state takes firing, recovering or resolved")
    }
    return state
  }
}
