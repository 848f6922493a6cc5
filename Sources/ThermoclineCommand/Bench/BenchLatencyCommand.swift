import ArgumentParser
import Thermocline

struct BenchLatencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency",
    abstract:
      "Freshness: from an event's planned time until a consumer sees a score that counts it.",
    discussion: """
      Example: thermocline bench latency --rate 10000,100000 --half --seconds 10
      """)

  @Option(name: .long, help: "Events a second, several separated by commas.")
  var rate = "10000"
  @Flag(name: .long, help: "Also at half of the most that goes through, measured first.")
  var half = false
  @Option(name: .long, help: "Seconds to measure, after two of warm-up.")
  var seconds = 10
  @Option(name: .long, help: "Accounts that take turns.")
  var accounts = 10_000
  @Option(name: .long, help: "Partitions of the topics (1…64).")
  var partitions = 4
  @Option(name: .long, help: "Shards of the job.")
  var shards = 1
  @Option(name: .customLong("commit-interval"), help: "Milliseconds between two commits.")
  var commitInterval = 100
  @Option(name: .customLong("fetch-wait"), help: "Milliseconds a fetch may wait for data.")
  var fetchWait = 1
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  private var rates: [Int] { rate.split(separator: ",").compactMap { Int($0) } }

  func validate() throws {
    guard !rates.isEmpty, rates.count == rate.split(separator: ",").count,
      rates.allSatisfy({ $0 > 0 && $0 <= 10_000_000 })
    else { throw ValidationError("--rate takes numbers of events a second, 1…10000000") }
    guard (1...64).contains(partitions), shards > 0, seconds > 0, accounts > 0, commitInterval > 0,
      fetchWait >= 0
    else { throw ValidationError("partitions 1…64, everything else above 0") }
  }

  func run() throws {
    try Command.run {
      var bench = LatencyBench()
      bench.rates = rates
      bench.measuresHalf = half
      bench.seconds = seconds
      bench.accounts = accounts
      bench.partitions = partitions
      bench.shards = shards
      bench.commitMilliseconds = commitInterval
      bench.fetchWaitMilliseconds = fetchWait
      let result = try bench.run { StandardError.write("bench latency: \($0)\n") }
      BenchCommand.show(result, json: json)
    }
  }
}
