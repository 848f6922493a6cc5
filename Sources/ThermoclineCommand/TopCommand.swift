import ArgumentParser
import Dispatch
import Thermocline

struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Shows a running job live: throughput, lag, freshness, bands, newest alerts.",
    discussion: """
      Asks the job's status endpoint once a second until Control-C, also while the job does not answer. In a pipe it writes
      a line every five seconds. Ends with 69 when there was no answer to begin with.
      With --probe it is a health check for containers: it exits 0 when the job is well and 69 when it is not.

      Examples: thermocline top --address 127.0.0.1:9600
                thermocline top --address https://job-1.example:9600 --ca-file authority.pem
      """)

  enum Probe: String, ExpressibleByArgument, CaseIterable { case live, ready }

  @OptionGroup var job: JobAddressOptions
  @Flag(name: .long, help: "Show it once and end.")
  var once = false
  @Option(name: .long, help: "Ask /livez or /readyz once and end with their answer.")
  var probe: Probe?

  func run() throws {
    try Command.run {
      let (address, source) = try job.read()
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
    var answered = monotonicNanoseconds()
    var silence: String?
    repeat {
      let size = TerminalSize.ofStandardOutput()
      table.draw(
        TopScreen.lines(shown, address: address, rows: size.rows, silence: silence),
        plain: TopScreen.plain(shown, silence: silence), size: size, now: monotonicNanoseconds())
      if ended.wait(timeout: .now() + .seconds(1)) == .success { return }
      do throws(JobFailure) {
        shown = try source.status()
        answered = monotonicNanoseconds()
        silence = nil
      } catch {
        silence = TopScreen.silence(
          seconds: Int((monotonicNanoseconds() - answered) / 1_000_000_000), error)
      }
    } while true
  }
}
