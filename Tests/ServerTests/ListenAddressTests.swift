import Testing
import ThermoclineServer

@Suite struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:9600", "127.0.0.1", 9600), ("localhost:0", "localhost", 0),
    ("[::1]:80", "::1", 80), ("0.0.0.0:65535", "0.0.0.0", 65_535),
    ("health.example:1", "health.example", 1),
  ])
  func whatIsAnAddress(_ text: String, _ host: String, _ port: Int) {
    let address = ListenAddress(text)
    #expect(address == ListenAddress(host: host, port: port))
    #expect(address?.description == text)
  }

  @Test(arguments: [
    "", ":9600", "9600", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
    "a b:1", "127.0.0.1:+80x", "[]:80",
  ])
  func whatIsNone(_ text: String) { #expect(ListenAddress(text) == nil) }

  @Test(arguments: ["127.0.0.1", "127.9.9.9", "localhost", "::1"])
  func thisMachineAlone(_ host: String) { #expect(ListenAddress(host: host, port: 1).isLoopback) }

  @Test(arguments: ["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example", "127.example", "127.0.0.256"])
  func reachable(_ host: String) { #expect(!ListenAddress(host: host, port: 1).isLoopback) }
}
