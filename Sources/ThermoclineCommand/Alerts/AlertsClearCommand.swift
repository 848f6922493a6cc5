import ArgumentParser
import Thermocline

struct AlertsClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear",
    abstract: "Takes an acknowledgement or a snooze back: a tombstone in the topic.",
    discussion: """
      Example: thermocline alerts clear --fingerprint b1946ac92492d234

      Exit status: 0; 64 wrong command line; 69 no broker or no such topic; 78 a wrong configuration.
      """)

  @OptionGroup var options: AlertControlOptions

  func run() throws {
    try Command.run {
      let sender = try options.sender()
      try sender.send(nil, of: options.subject)
      print("\(options.subject): cleared, in \(sender.topic)")
    }
  }
}
