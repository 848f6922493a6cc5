import ArgumentParser
import Dispatch
import Thermocline

struct BenchDashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Pages and API of the dashboard over a history of many accounts.",
    discussion: """
      Fills a history with messages by chance, then asks for the page of accounts and, so many times a second, for what the \
      API answers; latencies count from the time at which a request was due. With --hold it then serves on, for \
      Benchmarks/first-paint.py.

      Example: thermocline bench dashboard --accounts 10000 --rate 50
      """)

  @Option(name: .long, help: "Accounts.")
  var accounts = 100_000
  @Option(
    name: .long, help: "Requests of the API a second (at most 190: a client may ask 200 times).")
  var rate = 100
  @Option(name: .long, help: "For how long.")
  var seconds = 20
  @Option(
    name: .long, help: "SQLite file for the history, which must be new; without it in memory.")
  var database: String?
  @Flag(name: .long, help: "Print the address and serve on until Control-C.")
  var hold = false
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func validate() throws {
    guard (1...5_000_000).contains(accounts), (1...190).contains(rate),
      (1...3_600).contains(seconds)
    else { throw ValidationError("--accounts 1…5000000, --rate 1…190, --seconds 1…3600") }
  }

  func run() throws {
    try Command.run {
      var bench = DashboardBench()
      bench.accounts = accounts
      bench.rate = rate
      bench.seconds = seconds
      bench.database = database
      let holds = hold
      let result = try bench.run { address in
        guard holds else { return }
        let ended = DispatchSemaphore(value: 0)
        let termination = Termination { _ in ended.signal() }
        defer { withExtendedLifetime(termination) {} }
        StandardError.write("http://\(address)/accounts\n")
        ended.wait()
      }
      BenchCommand.show(result, json: json)
    }
  }
}
