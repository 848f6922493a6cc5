import ArgumentParser
import Dispatch
import Thermocline
import ThermoclineServer

struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Shows a running job live: throughput, lag, freshness, bands, newest alerts.",
    discussion: """
      Asks the job's status endpoint once a second until Control-C. In a pipe it writes a line every five seconds.
      With --probe it is a health check for containers: it exits 0 when the job is well and 69 when it is not.

      Examples: thermocline top --address 127.0.0.1:9600
                thermocline top --address https://job-1.example:9600 --ca-file authority.pem
      """)

  enum Probe: String, ExpressibleByArgument, CaseIterable { case live, ready }

  @Option(name: .long, help: "Where the job serves: its server.listen; https://… where it has TLS.")
  var address = "127.0.0.1:9600"
  @Option(name: .long, help: "File with the token (or THERMOCLINE_SERVER_TOKEN).")
  var tokenFile: String?
  @Option(
    name: .long,
    help: "PEM file of the authorities whose certificates are believed, instead of the system's.")
  var caFile: String?
  @Flag(name: .long, help: "Show it once and end.")
  var once = false
  @Option(name: .long, help: "Ask /livez or /readyz once and end with their answer.")
  var probe: Probe?

  func run() throws {
    try Command.run {
      guard let address = ServerURL(address) else {
        throw JobFailure(.usage, "--address: '\(address)' is no host:port and no https://host:port")
      }
      let source = try TopSource(
        address,
        token: try AccessToken.given(
          file: tokenFile.map { ConfiguredFile($0, origin: "--token-file") },
          texts: [ConfigurationOptions.variable("THERMOCLINE_SERVER_TOKEN")]),
        authorities: caFile.map { ConfiguredFile($0, origin: "--ca-file") })
      if let probe {
        let answer = try source.probe("/\(probe.rawValue)z")
        print(answer.text, terminator: "")
        guard answer.isGood else { throw JobFailure(.unavailable, "the job is not well") }
        return
      }
      try show(source, "\(address)")
    }
  }

  private func show(_ source: TopSource, _ address: String) throws {
    let status = try source.status()
    var table = LiveTable(mode: once ? .lines : .ofStandardOutput())
    if once {
      let isTerminal = TerminalMode.ofStandardOutput() != .lines
      let columns = isTerminal ? TerminalSize.ofStandardOutput().columns : 160
      for line in TopScreen.lines(status, address: address) {
        print(line.truncated(to: columns).rendered(colours: false))
      }
      return
    }
    let ended = DispatchSemaphore(value: 0)
    let termination = Termination { _ in ended.signal() }
    defer { withExtendedLifetime(termination) {} }
    defer { table.close() }
    var shown = status
    repeat {
      table.draw(
        TopScreen.lines(shown, address: address), plain: TopScreen.plain(shown),
        size: .ofStandardOutput(), now: monotonicNanoseconds())
      if ended.wait(timeout: .now() + .seconds(1)) == .success { return }
      shown = try source.status()
    } while true
  }
}
