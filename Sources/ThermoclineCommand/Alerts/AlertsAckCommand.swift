import ArgumentParser
import Thermocline
import ThermoclineCore

struct AlertsAckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ack",
    abstract: "Acknowledges an alert: shown with it until it is over, or for a time.",
    discussion: """
      Example: thermocline alerts ack --account acct-7 --rule silence --reason "on holiday" --author ana

      Exit status: 0; 64 wrong command line; 69 no broker or no such topic; 78 a wrong configuration.
      """)

  @OptionGroup var options: AlertControlOptions
  @OptionGroup var saying: AlertSayingOptions
  @Option(
    name: .long, help: "A date, a time, or a span from now on (30d); without it to the alert's end."
  )
  var expires: ExpiryArgument?

  func run() throws {
    try Command.run {
      let sender = try options.sender()
      let now = wallClock()
      let control = AlertControl(
        .acknowledge, reason: saying.reason, author: saying.author, from: saying.from?.time ?? now,
        expires: expires?.end(now))
      try sender.send(control, of: options.subject)
      print("\(options.subject): acknowledged, in \(sender.topic)")
    }
  }
}
