import ArgumentParser
import Thermocline
import ThermoclineServer

/// Where a running job serves, and the token it asks for.
struct JobAddressOptions: ParsableArguments {
  @Option(name: .long, help: "Where the job serves: its server.listen.")
  var address = "127.0.0.1:9600"
  @Option(name: .long, help: "File with the token (or THERMOCLINE_SERVER_TOKEN).")
  var tokenFile: String?

  func read() throws -> (address: ListenAddress, source: TopSource) {
    guard let address = ListenAddress(address) else {
      throw JobFailure(.usage, "--address: '\(address)' is no host:port")
    }
    return (address, TopSource(address, token: try token()))
  }

  private func token() throws -> AccessToken? {
    var server = JobConfiguration.Server()
    server.tokenFile = tokenFile
    if let token = try server.accessToken() { return token }
    guard let text = ConfigurationOptions.environment("THERMOCLINE_SERVER_TOKEN"), !text.isEmpty
    else { return nil }
    guard let token = AccessToken(text) else {
      throw JobFailure(.usage, "THERMOCLINE_SERVER_TOKEN holds no token")
    }
    return token
  }
}
