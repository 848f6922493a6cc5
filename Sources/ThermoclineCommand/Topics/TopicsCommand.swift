import ArgumentParser
import Thermocline

struct TopicsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics", abstract: "Makes the topics that a job needs.",
    discussion: """
      Example: thermocline topics create --config thermocline.yaml --input --partitions 12 --dry-run
      """,
    subcommands: [CreateTopicsCommand.self])
}
