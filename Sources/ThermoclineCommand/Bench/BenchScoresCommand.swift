import ArgumentParser
import Thermocline

struct BenchScoresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scores", abstract: "Working out a score, and writing a published one.",
    discussion: """
      Example: thermocline bench scores --accounts 10000 --rounds 30
      """)

  @Option(name: .long, help: "Accounts.")
  var accounts = 1_000
  @Option(name: .long, help: "Scores of each.")
  var rounds = 300
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func validate() throws {
    guard accounts > 0, rounds > 0 else { throw ValidationError("both take a number above 0") }
  }

  func run() throws {
    BenchCommand.show(ScoreBench(accounts: accounts, rounds: rounds).run(), json: json)
  }
}
