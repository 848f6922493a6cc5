import ArgumentParser

struct TransactionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transactions",
    abstract: "Finds transactions that hold up the readers of the output topics, and aborts them.",
    subcommands: [TransactionsListCommand.self, TransactionsAbortCommand.self])
}
