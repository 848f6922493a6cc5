import ArgumentParser

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Says a policy in plain words, and what two of them say differently.",
    discussion: """
      Examples: thermocline policy explain --policy ours.yaml --tier enterprise
                thermocline policy diff default ours.yaml
      """,
    subcommands: [PolicyExplainCommand.self, PolicyDiffCommand.self])
}
