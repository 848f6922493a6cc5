import ArgumentParser
import Thermocline

struct TopicsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics", abstract: "Makes the topics that a job needs.",
    subcommands: [CreateTopicsCommand.self])
}
