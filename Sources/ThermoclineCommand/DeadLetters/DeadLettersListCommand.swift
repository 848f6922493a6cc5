import ArgumentParser
import Thermocline

struct DeadLettersListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Counts the letters of the topic by reason and shows the newest of each.",
    discussion: """
      Reads the whole topic, commits nothing.

      Examples: thermocline dead-letters list --brokers localhost:9092
                thermocline dead-letters list --brokers localhost:9092 --reason not_json --since 2025-09-01 --json

      Exit status: 0, letters or not; 64 wrong command line; 69 no broker or no such topic; 78 a wrong \
      configuration; 130 interrupted.
      """)

  @OptionGroup var options: DeadLetterOptions
  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  func run() throws {
    try Command.run {
      let configuration = try options.kafka.read()
      let interruption = Interruption()
      let termination = Termination { _ in interruption.set() }
      defer { withExtendedLifetime(termination) {} }
      let list = try DeadLetterList(
        options.topic ?? configuration.output.deadLetters, kafka: configuration.kafkaSettings,
        selection: options.selection(), isStopped: { interruption.isSet })
      if interruption.isSet { throw JobFailure(.interrupted, "interrupted before the end") }
      print(json ? list.json : list.text)
    }
  }
}
