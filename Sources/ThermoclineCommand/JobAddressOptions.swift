import ArgumentParser
import Thermocline
import ThermoclineServer

/// Where a running job serves, and the token it asks for.
struct JobAddressOptions: ParsableArguments {
  @Option(name: .long, help: "Where the job serves: its server.listen; https://… where it has TLS.")
  var address = "127.0.0.1:9600"
  @Option(name: .long, help: "File with the token (or THERMOCLINE_SERVER_TOKEN).")
  var tokenFile: String?
  @Option(
    name: .long,
    help: "PEM file of the authorities whose certificates are believed, instead of the system's.")
  var caFile: String?

  func read() throws -> (address: ServerURL, source: TopSource) {
    guard let address = ServerURL(address) else {
      throw JobFailure(.usage, "--address: '\(address)' is no host:port and no https://host:port")
    }
    let source = try TopSource(
      address,
      token: try AccessToken.given(
        file: tokenFile.map { ConfiguredFile($0, origin: "--token-file") },
        texts: [ConfigurationOptions.variable("THERMOCLINE_SERVER_TOKEN")]),
      authorities: caFile.map { ConfiguredFile($0, origin: "--ca-file") })
    return (address, source)
  }
}
