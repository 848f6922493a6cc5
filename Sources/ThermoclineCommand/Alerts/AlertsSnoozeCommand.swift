import ArgumentParser
import Thermocline
import ThermoclineCore

struct AlertsSnoozeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snooze",
    abstract: "Withholds an alert's changes for a time.",
    discussion: """
      Example: thermocline alerts snooze --fingerprint b1946ac92492d234 --expires 14d --reason "migrating" --author ana

      Exit status: 0; 64 wrong command line; 69 no broker or no such topic; 78 a wrong configuration.
      """)

  @OptionGroup var options: AlertControlOptions
  @OptionGroup var saying: AlertSayingOptions
  @Option(name: .long, help: "A date, a time, or a span from now on (14d).")
  var expires: ExpiryArgument

  func run() throws {
    try Command.run {
      let sender = try options.sender()
      let now = wallClock()
      let end = expires.end(now)
      let control = AlertControl(
        .snooze, reason: saying.reason, author: saying.author, from: saying.from?.time ?? now,
        expires: end)
      try sender.send(control, of: options.subject)
      print("\(options.subject): snoozed until \(end), in \(sender.topic)")
    }
  }
}

/// When something a person says ends: `2025-09-01`, `2025-09-01T08:30:00Z`, or `30d` from now on.
struct ExpiryArgument: ExpressibleByArgument {
  private var time: EventTime?
  private var span = TimeSpan.zero

  init?(argument: String) {
    if let span = TimeSpan(argument) {
      self.span = span
    } else if let time = EventTimeArgument(argument: argument)?.time {
      self.time = time
    } else {
      return nil
    }
  }

  func end(_ now: EventTime) -> EventTime { time ?? now + span }
}
