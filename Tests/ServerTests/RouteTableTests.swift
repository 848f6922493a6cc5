import Testing

@testable import ThermoclineServer

@Suite struct RouteTableTests {
  private let table: RouteTable = {
    var table = RouteTable()
    table.on(.get, "/") { _ in .text("root") }
    table.on(.get, "/accounts") { _ in .text("all") }
    table.on(.get, "/accounts/{id}") { _ in .text("one") }
    table.on(.delete, "/accounts/{id}") { _ in .text("gone") }
    table.on(.get, "/assets/{file...}", access: .open) { _ in .text("file") }
    return table
  }()

  private func parameters(_ method: RouteMethod, _ path: [String]) -> [String: String]? {
    guard case .route(_, _, let parameters) = table.match(method, path) else { return nil }
    return parameters
  }

  @Test func placesTakeWhatStandsThere() {
    #expect(parameters(.get, []) == [:])
    #expect(parameters(.get, ["accounts"]) == [:])
    #expect(parameters(.get, ["accounts", "a/b"]) == ["id": "a/b"])
    #expect(parameters(.get, ["assets", "js", "x.js"]) == ["file": "js/x.js"])
  }

  @Test func whatFitsNothing() {
    #expect(parameters(.get, ["account"]) == nil)
    #expect(parameters(.get, ["accounts", ""]) == nil)
    #expect(parameters(.get, ["accounts", "a", "b"]) == nil)
    #expect(parameters(.get, ["assets"]) == nil)
  }

  @Test func otherMethodsAreNamed() {
    guard case .otherMethods(let methods) = table.match(.post, ["accounts", "a"]) else {
      return #expect(Bool(false))
    }
    #expect(methods == [.get, .delete])
  }

  @Test func whatIsKnownForOtherMethodsIsNotCaught() {
    var table = table
    table.on(.get, "/{rest...}") { _ in .text("nothing") }
    table.on(.post, "/orders") { _ in .text("taken") }
    guard case .otherMethods([.post]) = table.match(.get, ["orders"]) else {
      return #expect(Bool(false))
    }
    guard case .route(_, _, ["rest": "other"]) = table.match(.get, ["other"]) else {
      return #expect(Bool(false))
    }
    guard case .nothing = table.match(.post, ["other"]) else { return #expect(Bool(false)) }
  }
}
