/// Which route answers which path. Filled before the server starts.
package struct RouteTable: Sendable {
  /// Answers one request. What it throws is logged and answered with 500.
  package typealias Handler = @Sendable (ServerRequest) async throws -> ServerReply

  /// Who may come.
  package enum Access: Sendable {
    /// Anybody who can connect, for probes: tells nothing about accounts and changes nothing.
    case open
    /// Who has the token, where there is one.
    case guarded
  }

  private enum Part: Equatable {
    case name(String)
    case place(String)
    case rest(String)
  }
  private struct Route: Sendable {
    var method: RouteMethod
    var parts: [Part]
    var access: Access
    var handler: Handler

    /// Whether it takes all paths that begin in a way.
    var isCatching: Bool {
      if case .rest = parts.last { true } else { false }
    }
  }

  /// What a path leads to.
  enum Match: Sendable {
    case route(Access, Handler, parameters: [String: String])
    /// The path is known for other methods.
    case otherMethods([RouteMethod])
    case nothing
  }

  private var routes: [Route] = []

  package init() {}

  /// Adds a route. In the path `{name}` stands for any one part, `{name...}` at the end for all that follow. The first
  /// route that fits answers; one for all that follow only where no other knows the path, with whatever method. Traps on a path that does not begin with a slash.
  package mutating func on(
    _ method: RouteMethod, _ path: String, access: Access = .guarded, _ handler: @escaping Handler
  ) {
    precondition(path.hasPrefix("/"), "the path \(path) does not begin with a slash")
    let parts = path.split(separator: "/").map { part -> Part in
      guard part.hasPrefix("{"), part.hasSuffix("}") else { return .name(String(part)) }
      let name = part.dropFirst().dropLast()
      return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .place(String(name))
    }
    routes.append(Route(method: method, parts: parts, access: access, handler: handler))
  }

  /// Adds what a part of the program answers.
  package mutating func add(_ routes: some Routes) { routes.add(to: &self) }

  /// `method`: nil = one that no route takes.
  func match(_ method: RouteMethod?, _ path: [String]) -> Match {
    var others: Set<RouteMethod> = []
    var catching: Match?
    for route in routes {
      guard let parameters = Self.fit(route.parts, path) else { continue }
      let match = Match.route(route.access, route.handler, parameters: parameters)
      switch (route.method == method, route.isCatching) {
      case (true, false): return match
      case (true, true): catching = catching ?? match
      case (false, false): others.insert(route.method)
      case (false, true): break
      }
    }
    if !others.isEmpty { return .otherMethods(RouteMethod.allCases.filter(others.contains)) }
    return catching ?? .nothing
  }

  /// Each route as a document names it: `GET /accounts/{id}`.
  package var names: [String] {
    routes.map { route in
      let parts = route.parts.map { part -> String in
        switch part {
        case .name(let name): name
        case .place(let name): "{\(name)}"
        case .rest(let name): "{\(name)...}"
        }
      }
      return "\(route.method.rawValue) /" + parts.joined(separator: "/")
    }
  }

  private static func fit(_ parts: [Part], _ path: [String]) -> [String: String]? {
    var parameters: [String: String] = [:]
    for (index, part) in parts.enumerated() {
      if case .rest(let name) = part {
        guard index < path.count else { return nil }
        parameters[name] = path[index...].joined(separator: "/")
        return parameters
      }
      guard index < path.count else { return nil }
      switch part {
      case .name(let name): if name != path[index] { return nil }
      case .place(let name):
        if path[index].isEmpty { return nil }
        parameters[name] = path[index]
      case .rest: break
      }
    }
    return parts.count == path.count ? parameters : nil
  }
}
