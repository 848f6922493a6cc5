import ArgumentParser
import Thermocline

struct CreateTopicsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes the topics of a configuration that are not there, with the right settings.",
    discussion: """
      Scores, roll-ups, usage, profiles and overrides are compacted, roll-ups and usage after 120 days; changes and alerts
      are kept for 120 days, dead letters for 14, input for 63. What is there is left as it is; check says where its settings differ. The embedded broker
      (thermocline broker) cannot be asked: it makes its topics itself.

      Example: thermocline topics create --config deploy/config/thermocline.yaml --partitions 12
      """)

  @OptionGroup var options: KafkaOptions
  @Option(name: .long, help: "Partitions of each topic; at least all instances' shards together.")
  var partitions = 12
  @Option(name: .long, help: "Copies of each partition.")
  var replication = 3
  @Flag(name: .long, help: "Also make the topics that are read: input, profiles, overrides.")
  var input = false
  @Flag(name: .long, help: "Ask the broker whether it would, and make nothing.")
  var dryRun = false

  func validate() throws {
    guard (1...100_000).contains(partitions) else {
      throw ValidationError("--partitions: 1 to 100000")
    }
    guard (1...32).contains(replication) else { throw ValidationError("--replication: 1 to 32") }
  }

  func run() throws {
    try Command.run {
      let creation = TopicCreation(
        try options.read(), partitions: partitions, replication: replication, withInput: input,
        isTrial: dryRun)
      try creation.run { print($0) }
    }
  }
}
