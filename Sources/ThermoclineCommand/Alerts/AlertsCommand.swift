import ArgumentParser
import Thermocline
import ThermoclineHealth

struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract: "Lists alerts; acknowledges one, or snoozes it for a time, with a reason.",
    discussion: """
      What a person says holds from the account's next midnight on, and is shown in the alert's `control`. A snoozed alert \
      lives on and is published again when the snooze is over and it is still there. docs/alerts.md tells more.

      Examples: thermocline alerts list --brokers localhost:9092
                thermocline alerts ack --account acct-7 --rule silence --reason "on holiday" --author ana
                thermocline alerts snooze --fingerprint b1946ac92492d234 --expires 14d --reason "migrating" --author ana
                thermocline alerts clear --fingerprint b1946ac92492d234
      """,
    subcommands: [
      AlertsListCommand.self, AlertsAckCommand.self, AlertsSnoozeCommand.self,
      AlertsClearCommand.self,
    ])
}

/// Where controls go, and which alert one is about.
struct AlertControlOptions: ParsableArguments {
  @OptionGroup var kafka: KafkaOptions
  @Option(name: .long, help: "Topic of alert controls, instead of the configuration's.")
  var topic: String?
  @Option(name: .long, help: "The alert's fingerprint.")
  var fingerprint: String?
  @Option(name: .long, help: "The account, with --rule in the place of a fingerprint.")
  var account: String?
  @Option(name: .long, help: "The alert's rule, for example drop:events_7d.")
  var rule: String?

  func validate() throws {
    guard (fingerprint != nil) != (account != nil && rule != nil),
      fingerprint == nil || account == nil && rule == nil
    else { throw ValidationError("give --fingerprint, or --account and --rule") }
    if let fingerprint {
      guard fingerprint.utf8.count == 16, fingerprint.allSatisfy(\.isHexDigit) else {
        throw ValidationError("--fingerprint takes 16 hexadecimal digits")
      }
    }
  }

  /// The fingerprint that is meant.
  var subject: String {
    fingerprint?.lowercased() ?? alertFingerprint(rule: rule ?? "", account: account ?? "")
  }

  /// Who sends to the topic that is meant.
  func sender() throws -> ControlSender {
    let configuration = try kafka.read()
    guard let topic = topic ?? configuration.controlsTopic else {
      throw JobFailure(
        .usage,
        "no topic of alert controls; give --topic, or alert_controls.topic in the configuration")
    }
    return ControlSender(topic: topic, kafka: configuration.kafkaSettings)
  }
}

/// What a person has to say.
struct AlertSayingOptions: ParsableArguments {
  @Option(name: .long, help: "Why, for those who read the alert.")
  var reason: String
  @Option(name: .long, help: "Who says so.")
  var author: String
  @Option(name: .long, help: "Event time from which on it holds; without it now.")
  var from: EventTimeArgument?
}
