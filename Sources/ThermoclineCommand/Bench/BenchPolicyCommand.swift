import ArgumentParser
import Thermocline

struct BenchPolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Events a processor-second under a policy, beside a policy that only counts events.",
    discussion: """
      Both read the archive in turn, on one thread: reader, decoder, windows, ticks, scores, alerts, roll-ups and their \
      JSON. The ratio is of processor time, the median of the rounds.

      Example: thermocline bench policy --input events.ndjson.gz
      """)

  @Option(name: .long, help: "Archive (.ndjson, .ndjson.gz).")
  var input: String
  @Option(name: .long, help: "Policy file (YAML); the built-in policy without one.")
  var policy: String?
  @Option(name: .long, help: "Rounds; the ratio is the median.")
  var rounds = 3
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func validate() throws {
    guard rounds > 0 else { throw ValidationError("--rounds takes a number above 0") }
  }

  func run() throws {
    try Command.run {
      var bench = PolicyBench(input: input)
      bench.policy = try Inputs.policy(policy)
      bench.rounds = rounds
      BenchCommand.show(try bench.run(), json: json)
    }
  }
}
