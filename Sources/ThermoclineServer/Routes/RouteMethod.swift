/// What a request may want. HEAD is answered by what answers GET.
package enum RouteMethod: String, Sendable, CaseIterable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case delete = "DELETE"

  /// Whether it may change something.
  var changesSomething: Bool { self != .get }
}
