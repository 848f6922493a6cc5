import ArgumentParser
import Thermocline
import ThermoclineKafka

struct ResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract:
      "Sets the group's position in the input: what lies behind it is judged and published again.",
    discussion: """
      Scores and alerts of everything from that place on are published again, with the same keys and ticks; what lies
      before it only rebuilds the windows. The broker refuses while the job runs anywhere.

      Examples: thermocline reset --config thermocline.yaml --to 2026-01-31T00:00:00Z --dry-run
                thermocline reset --config thermocline.yaml --to beginning
                thermocline reset --config thermocline.yaml --to 120500 --partition 3

      Exit status: 0 done, or shown; 64 wrong command line, or no such partition or offset; 69 no broker, no such topic, or the group has members; 78 a \
      wrong configuration.
      """)

  @OptionGroup var kafka: KafkaOptions
  @Option(
    name: .long,
    help: "beginning, end, an offset (with --partition), or a time of the records (2026-01-31).")
  var to: ResetTargetArgument
  @Option(name: .long, help: "Only this partition of each input topic.")
  var partition: Int32?
  @Flag(name: .long, help: "Show what would change, and change nothing.")
  var dryRun = false

  func validate() throws {
    if case .offset = to.target, partition == nil {
      throw ValidationError(
        "--to \(to.text): an offset is of one partition; name it with --partition")
    }
  }

  func run() throws {
    try Command.run {
      let configuration = try kafka.read()
      let reset = try PositionReset(
        to: to.target, partition: partition, group: configuration.kafka.group,
        inputTopics: configuration.inputTopics, kafka: configuration.kafkaSettings)
      if !dryRun { try reset.apply() }
      print(reset.text)
      if dryRun { print("nothing was changed") }
    }
  }
}

/// Where to set positions, on the command line.
struct ResetTargetArgument: ExpressibleByArgument {
  var text: String
  var target: PositionReset.Target

  init?(argument: String) {
    text = argument
    switch argument {
    case "beginning": target = .beginning
    case "end": target = .end
    default:
      if let offset = Int64(argument), offset >= 0 {
        target = .offset(offset)
      } else if let time = readTime(argument) {
        target = .time(time)
      } else {
        return nil
      }
    }
  }
}
