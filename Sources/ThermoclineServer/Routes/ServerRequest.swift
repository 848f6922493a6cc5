/// A request as a route, which is for one method and path, sees it: everything decoded, the body whole.
package struct ServerRequest: Sendable {
  /// What stood in the route's places, by name.
  package var parameters: [String: String] = [:]
  /// The query's pairs in order, decoded; a name without `=` has an empty value.
  package var query: [(name: String, value: String)] = []
  /// Header fields, names in lower case.
  package var headers: [String: String] = [:]
  package var body: [UInt8] = []

  /// The first value of a name in the query; nil when it is not there.
  package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// The pairs of a body that a form sent (`application/x-www-form-urlencoded`); nil when it is none.
  package var form: [(name: String, value: String)]? {
    guard let type = headers["content-type"],
      type.lowercased().hasPrefix("application/x-www-form-urlencoded"),
      let text = String(validating: body, as: UTF8.self)
    else { return nil }
    return RequestTarget("/?" + text)?.query
  }
}
