import ArgumentParser
import Thermocline

struct BenchRecoveryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recovery",
    abstract:
      "Checkpoints of many accounts: what a set writes and costs, and how long until a lost job processes again.",
    discussion: """
      The folder gets the chunks, some 2 kB an account; it is not removed.

      Example: thermocline bench recovery --accounts 1000000 --folder /tmp/recovery
      """)

  @Option(name: .long, help: "Accounts.")
  var accounts = 100_000
  @Option(name: .long, help: "Weeks of events, 20 a week for each account.")
  var weeks = 2
  @Option(name: .long, help: "Partitions.")
  var partitions = 8
  @Option(name: .long, help: "Shards.")
  var shards = 2
  @Option(name: .long, help: "Share of the accounts that have an event between two sets.")
  var share = 0.05
  @Option(name: .long, help: "Sets after the first one.")
  var sets = 12
  @Option(
    name: .long,
    help: "Seconds of each of four stretches at full load, in turn without and with checkpoints.")
  var loadSeconds = 0
  @Option(name: .long, help: "A new folder for the cache.")
  var folder: String
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func validate() throws {
    guard accounts > 0, accounts <= 9_000_000, weeks > 0, (1...accounts).contains(partitions),
      shards > 0, (0...1).contains(share), (0...60).contains(sets), loadSeconds >= 0
    else {
      throw ValidationError(
        "accounts 1…9000000, weeks, partitions and shards above 0, share 0…1, sets 0…60")
    }
  }

  func run() throws {
    try Command.run {
      var bench = RecoveryBench(folder: folder)
      bench.quiet.accounts = accounts
      (bench.weeks, bench.partitions, bench.shards) = (weeks, partitions, shards)
      (bench.share, bench.sets, bench.loadSeconds) = (share, sets, loadSeconds)
      BenchCommand.show(try bench.run(), json: json)
    }
  }
}
