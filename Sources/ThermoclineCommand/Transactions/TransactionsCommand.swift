import ArgumentParser

struct TransactionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transactions",
    abstract: "Finds transactions that hold up the readers of the output topics, and aborts them.",
    discussion: """
      A transaction that nobody ended hides everything after it from readers of committed records. docs/delivery.md tells \
      more.

      Example: thermocline transactions list --config thermocline.yaml
      """,
    subcommands: [TransactionsListCommand.self, TransactionsAbortCommand.self])
}
