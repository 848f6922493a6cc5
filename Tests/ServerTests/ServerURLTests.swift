import Testing

@testable import ThermoclineServer

@Suite struct ServerURLTests {
  @Test(arguments: [
    ("127.0.0.1:9600", "127.0.0.1:9600"), ("https://job.example:9600", "https://job.example:9600"),
    ("HTTPS://[::1]:9600/", "https://[::1]:9600"), ("https://job.example", nil),
    ("http://job.example:9600", nil), ("127.0.0.1:9600/", nil), ("https://a:1/status", nil),
    ("", nil),
  ])
  func texts(_ text: String, _ expected: String?) {
    #expect(ServerURL(text).map { "\($0)" } == expected)
  }
}
