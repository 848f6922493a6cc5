import ArgumentParser
import Thermocline
import ThermoclineCore

struct OverrideSetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Sets an account's override in the place of an earlier one.",
    discussion: """
      Example: thermocline override set --account acct-7 --band red --reason "champion left" --author ana --expires 30d

      Exit status: 0; 64 wrong command line; 69 no broker or no such topic; 78 a wrong configuration.
      """)

  @OptionGroup var options: OverrideOptions
  @Option(name: .long, help: "Points, 0…100.")
  var score: Double?
  @Option(name: .long, help: "A band's name.")
  var band: String?
  @Option(name: .long, help: "Why, for those who read the score.")
  var reason: String
  @Option(name: .long, help: "Who says so.")
  var author: String
  @Option(
    name: .long, help: "A date, a time (2025-09-01T08:30:00Z), or a span from now on (30d).")
  var expires: ExpiryArgument
  @Option(name: .long, help: "Event time from which on it holds; without it at once.")
  var from: EventTimeArgument?

  func validate() throws {
    guard score != nil || band != nil else { throw ValidationError("give --score or --band") }
    guard score.map({ (0...100).contains($0) }) != false else {
      throw ValidationError("--score takes 0 to 100")
    }
  }

  func run() throws {
    try Command.run {
      let sender = try options.sender()
      let override = ScoreOverride(
        score: score.map { Points($0) }, band: band, reason: reason, author: author,
        from: from?.time, expires: expires.end(wallClock()))
      try sender.send(override, of: options.account)
      print("\(options.account): set until \(override.expires), in \(sender.topic)")
    }
  }
}

extension OverrideOptions {
  /// Who sends to the topic that is meant.
  func sender() throws -> OverrideSender {
    let configuration = try kafka.read()
    guard let topic = topic ?? configuration.overridesTopic else {
      throw JobFailure(
        .usage, "no override topic; give --topic, or overrides.topic in the configuration")
    }
    return OverrideSender(topic: topic, kafka: configuration.kafkaSettings)
  }
}
