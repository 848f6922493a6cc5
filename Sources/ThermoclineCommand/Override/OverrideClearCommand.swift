import ArgumentParser
import Thermocline

struct OverrideClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear",
    abstract: "Ends an account's override: a tombstone in its topic.",
    discussion: """
      Example: thermocline override clear --account acct-7

      Exit status: 0; 64 wrong command line; 69 no broker or no such topic; 78 a wrong configuration.
      """)

  @OptionGroup var options: OverrideOptions

  func run() throws {
    try Command.run {
      let sender = try options.sender()
      try sender.send(nil, of: options.account)
      print("\(options.account): cleared, in \(sender.topic)")
    }
  }
}
