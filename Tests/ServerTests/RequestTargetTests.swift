import Testing

@testable import ThermoclineServer

@Suite struct RequestTargetTests {
  @Test(arguments: [
    ("/", []), ("/a/b", ["a", "b"]), ("/a%2Fb/c", ["a/b", "c"]), ("/%E2%82%AC", ["€"]),
    ("/a+b", ["a+b"]), ("/a//b", ["a", "", "b"]), ("/a/", ["a", ""]), ("/../x", ["..", "x"]),
    ("/a#b?c", ["a"]),
  ])
  func paths(_ target: String, _ path: [String]) { #expect(RequestTarget(target)?.path == path) }

  @Test func queries() {
    let query = RequestTarget("/x?a=1&b=x+y%26z&c&=d&a=2&e=f=g")?.query ?? []
    #expect(query.map(\.name) == ["a", "b", "c", "", "a", "e"])
    #expect(query.map(\.value) == ["1", "x y&z", "", "d", "2", "f=g"])
  }

  @Test(arguments: [
    "", "x", "*", "http://host/x", "/%", "/%4", "/%GG", "/%ff", "/%00", "/?a=%C3", "/?%zz=1",
  ])
  func damaged(_ target: String) { #expect(RequestTarget(target) == nil) }
}
