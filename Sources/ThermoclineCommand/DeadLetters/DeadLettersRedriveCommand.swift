import ArgumentParser
import Thermocline
import ThermoclineCore

struct DeadLettersRedriveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redrive",
    abstract:
      "Sends refused messages to the topic they came from again; without --send it only says which.",
    discussion: """
      Key and payload are sent as they came, to the partition they came from. Each message is read first: what would be \
      refused again is left where it is, unless --force. Letters that only the running job can judge (late, \
      too_many_accounts, no_account) are sent when --reason names them.

      The letters stay in their topic. The summary says which offsets were sent; --after takes the positions it \
      prints, so that the next run goes on behind them.

      Examples: thermocline dead-letters redrive --brokers localhost:9092 --reason missing_account
                thermocline dead-letters redrive --brokers localhost:9092 --reason missing_account --send
                thermocline dead-letters redrive --brokers localhost:9092 --after 0:41,1:7 --send

      Exit status: 0; 64 wrong command line; 69 no broker, no such topic, or not all could be sent; 78 a wrong \
      configuration; 130 interrupted, what was sent stays sent.
      """)

  @OptionGroup var options: DeadLetterOptions
  @Option(name: .long, help: "Topic to send to, instead of the one each message came from.")
  var to: String?
  @Option(name: .long, help: "Only letters behind these partition:offset,… of an earlier run.")
  var after: String?
  @OptionGroup var format: FormatOptions
  @Flag(name: .long, help: "Send; without it nothing is sent.")
  var send = false
  @Flag(
    name: .long, help: "Also send what would be refused again, and what only the job can judge.")
  var force = false
  @Flag(name: .long, help: "Print the summary as JSON.")
  var json = false

  func validate() throws {
    if let after, DeadLetterSelection.positions(after) == nil {
      throw ValidationError("--after takes partition:offset, separated by commas, as in 0:41,1:7")
    }
  }

  func run() throws {
    try Command.run {
      let configuration = try options.kafka.read()
      var job = RedriveJob(
        topic: options.topic ?? configuration.output.deadLetters,
        kafka: configuration.kafkaSettings,
        decoder: try format.settings(over: configuration.input)
          .decoder(latestAccepted: wallClock() + configuration.time.futureTolerance))
      job.selection = options.selection()
      job.selection.after = after.flatMap(DeadLetterSelection.positions) ?? [:]
      job.target = to
      job.sends = send
      job.isForced = force
      let interruption = Interruption()
      let termination = Termination { _ in interruption.set() }
      defer { withExtendedLifetime(termination) {} }
      var screen = ProgressScreen(name: "redrive", unit: .events)
      let summary = try job.run(isStopped: { interruption.isSet }) {
        screen.show(done: $0, total: nil)
      }
      screen.close()
      print(json ? summary.json : summary.text)
      if summary.isInterrupted {
        throw JobFailure(.interrupted, "interrupted; what was sent stays sent")
      }
    }
  }
}
