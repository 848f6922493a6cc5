import ArgumentParser
import Thermocline
import ThermoclineCore

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what each message of a file or topic is read as, or why it is refused.",
    discussion: """
      Reads from the oldest message, changes and commits nothing. One line an event: position (line or offset), time, \
      type, account, user, value, feature, id; a refusal shows its reason, what exactly is wrong, and how the message \
      begins. A summary ends it. With --json every line is an object, and the last one has the only member summary.

      Examples: thermocline inspect --input events.ndjson.gz
                thermocline inspect --topic product-events --brokers localhost:9092 --limit 0 --refused
                thermocline inspect --input calls.ndjson --format segment
                thermocline inspect --input events.ndjson --json | jq 'select(.outcome == "refused")'

      Exit status: 0, refusals or not; 64 wrong command line; 65 a damaged file; 66 no such file, or nothing in it; \
      69 no broker or no such topic; 78 a wrong configuration; 130 interrupted.
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Files (.ndjson, .ndjson.gz) to look at.")
  var input: [String] = []
  @Option(name: .long, help: "Topic to look at.")
  var topic: String?
  @OptionGroup var kafka: KafkaOptions
  @OptionGroup var format: FormatOptions
  @Option(name: .long, help: "Events and refusals to look at; 0 = all.")
  var limit = 100
  @Flag(name: .long, help: "Show refusals only; the rest is still counted.")
  var refused = false
  @Option(
    name: .customLong("future-tolerance"), help: "How far ahead of the clock an event may lie.")
  var futureTolerance: TimeSpan = .hours(1)
  @Flag(name: .long, help: "Print JSON, one object a line.")
  var json = false

  func validate() throws {
    guard (topic == nil) != input.isEmpty else {
      throw ValidationError("name either --input FILE… or --topic TOPIC")
    }
    guard limit >= 0 else { throw ValidationError("--limit takes a number from 0 on") }
  }

  func run() throws {
    try Command.run {
      let configuration = try kafka.read()
      let decoder = try format.settings(over: configuration.input)
        .decoder(latestAccepted: wallClock() + futureTolerance)
      let source: InspectJob.Source =
        if let topic { .topic(topic, configuration.kafkaSettings) } else { .files(input) }
      let job = InspectJob(source, decoder: decoder, limit: limit == 0 ? nil : limit)
      let interruption = Interruption()
      let termination = Termination { _ in interruption.set() }
      defer { withExtendedLifetime(termination) {} }
      var lastSource = ""
      let summary = try job.run(isStopped: { interruption.isSet }) { message in
        if refused, !message.isRefused { return }
        if json { return StandardOutput.write(message.json) }
        if message.source != lastSource {
          lastSource = message.source
          StandardOutput.write("\(message.source)\n\(InspectedMessage.heading)\n")
        }
        StandardOutput.write(message.text + "\n")
      }
      StandardOutput.write(json ? summary.json : "\n\(summary.text)\n")
      if interruption.isSet {
        throw JobFailure(.interrupted, "interrupted; the summary is of what was seen")
      }
    }
  }
}
