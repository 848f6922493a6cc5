import ArgumentParser
import Thermocline

struct BenchMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract:
      "Bytes an account, by the store's own count, by the growth of resident memory, and in a checkpoint.",
    discussion: """
      Example: thermocline bench memory --accounts 1000000 --events-per-week 20 --weeks 9
      """)

  @Option(name: .long, help: "Accounts.")
  var accounts = 100_000
  @Option(name: .long, help: "Events of an account in a week (1…168).")
  var eventsPerWeek = 20
  @Option(name: .long, help: "Weeks of events.")
  var weeks = 5
  @Option(name: .long, help: "Policy file (YAML); the built-in policy without one.")
  var policy: String?
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func validate() throws {
    guard accounts > 0, accounts <= 9_000_000, weeks > 0, (1...168).contains(eventsPerWeek) else {
      throw ValidationError("accounts 1…9000000, weeks above 0, events a week 1…168")
    }
  }

  func run() throws {
    try Command.run {
      var bench = MemoryBench()
      bench.quiet.accounts = accounts
      bench.quiet.eventsPerWeek = eventsPerWeek
      bench.weeks = weeks
      bench.policy = try Inputs.policy(policy)
      BenchCommand.show(try bench.run(), json: json)
    }
  }
}
