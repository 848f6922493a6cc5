import ArgumentParser

struct DeadLettersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dead-letters",
    abstract: "Lists refused messages by reason, and sends them to the input again after a fix.",
    discussion: """
      Examples: thermocline dead-letters list --config deploy/config/thermocline.yaml
                thermocline dead-letters redrive --config deploy/config/thermocline.yaml --reason missing_account
      """,
    subcommands: [DeadLettersListCommand.self, DeadLettersRedriveCommand.self])
}
