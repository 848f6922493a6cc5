import ArgumentParser

struct OverrideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "override",
    abstract: "Says otherwise than the score of an account, for a time and with a reason.",
    discussion: """
      Scores show it beside what is computed, from the account's next tick on, until it expires or is cleared.

      Examples: thermocline override set --account acct-7 --band red --reason "champion left" --author ana --expires 30d
                thermocline override clear --account acct-7
      """,
    subcommands: [OverrideSetCommand.self, OverrideClearCommand.self])
}

/// Where overrides go, and whose one it is.
struct OverrideOptions: ParsableArguments {
  @OptionGroup var kafka: KafkaOptions
  @Option(name: .long, help: "Override topic, instead of the configuration's.")
  var topic: String?
  @Option(name: .long, help: "The account.")
  var account: String
}
