import ArgumentParser
import Thermocline
import ThermoclineCore

struct RepartitionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repartition",
    abstract:
      "Copies events to another topic, keyed by account, for input that is keyed otherwise.",
    discussion: """
      Also for a topic with another number of partitions. Reads events as the job does, with the configuration's format \
      and mapping; keeps payload, headers and timestamp; merges the partitions by event time. Refused messages go to the \
      dead letters. Copies and positions are committed in one transaction: after whatever ends it the next run goes on, \
      and nothing is there twice. A second process of the same group ends the first.

      Examples: thermocline repartition --config thermocline.yaml --from clicks --to product-events
                thermocline repartition --brokers kafka-1:9092 --from clicks --to product-events --follow

      Exit status: 0 done; 64 wrong command line; 69 no broker, no such topic, or the copy was not finished; 78 a wrong \
      configuration; 130 interrupted, the next run goes on.
      """)

  @OptionGroup var kafka: KafkaOptions
  @Option(name: .long, help: "Topic to read.")
  var from: String
  @Option(name: .long, help: "Topic to write; it must be there.")
  var to: String
  @Option(
    name: .long,
    help: "Group that the positions are kept under; without it made of both topics' names.")
  var group: String?
  @OptionGroup var format: FormatOptions
  @Flag(name: .long, help: "Go on at the end, until SIGTERM or SIGINT.")
  var follow = false
  @Flag(name: .long, help: "Print the summary as JSON.")
  var json = false

  func run() throws {
    try Command.run {
      let configuration = try kafka.read()
      var job = RepartitionJob(
        from: from, to: to, deadLetters: configuration.output.deadLetters,
        kafka: configuration.kafkaSettings, input: try format.settings(over: configuration.input),
        group: group)
      job.futureTolerance = configuration.time.futureTolerance
      job.follows = follow
      let interruption = Interruption()
      let termination = Termination { _ in interruption.set() }
      defer { withExtendedLifetime(termination) {} }
      var screen = ProgressScreen(name: "repartition", unit: .events)
      let summary = try job.run(isStopped: { interruption.isSet }) {
        screen.show(done: $0, total: nil)
      }
      screen.close()
      print(json ? summary.json : summary.text)
      if interruption.isSet, !follow {
        throw JobFailure(.interrupted, "interrupted; the next run goes on")
      }
    }
  }
}
