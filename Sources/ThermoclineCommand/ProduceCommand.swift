import ArgumentParser
import Synchronization
import Thermocline
import ThermoclineKafka

struct ProduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "produce",
    abstract: "Sends an archive, or the simulated population, to a topic, keyed by account.",
    discussion: """
      Ends with a heartbeat to every partition: a message without a value whose header thermocline-watermark \
      says up to which time everything was sent.

      Examples: thermocline produce --brokers localhost:9092 --input events.ndjson.gz
                thermocline produce --brokers localhost:9092 --population --rate 1000
      """)

  @Option(name: .long, help: "host:port of one or more brokers, separated by commas.")
  var brokers: String
  @Option(name: .long, help: "Topic to send to.")
  var topic = "product-events"
  @Option(name: .long, parsing: .upToNextOption, help: "Archives to send.")
  var input: [String] = []
  @OptionGroup var format: FormatOptions
  @Flag(name: .customLong("population"), help: "Send the simulated population.")
  var isPopulation = false
  @OptionGroup var population: PopulationOptions
  @Option(name: .long, help: "Messages a second; as fast as it goes without.")
  var rate: Double?
  @Flag(name: .long, help: "Print the summary as JSON.")
  var json = false

  func validate() throws {
    guard isPopulation != !input.isEmpty else {
      throw ValidationError("name either --input FILE… or --population")
    }
    if let rate, !(rate > 0) { throw ValidationError("--rate takes a number above 0") }
  }

  func run() throws {
    try Command.run {
      let source: MessageSource =
        try isPopulation ? .population(population.settings()) : .archives(input, format.settings())
      let job = ProduceJob(
        source: source, kafka: KafkaSettings(bootstrapServers: brokers), topic: topic, rate: rate)
      let isInterrupted = Interruption()
      let termination = Termination { _ in isInterrupted.set() }
      defer { withExtendedLifetime(termination) {} }
      var screen = ProgressScreen(name: "produce", unit: isPopulation ? .events : .bytes)
      let total = isPopulation ? population.events : nil
      let isPopulation = isPopulation
      let summary = try job.run(
        progress: { done, all, messages in
          if isPopulation {
            screen.show(done: messages, total: total.map { max($0, messages) })
          } else {
            screen.show(done: Int(done), total: Int(all))
          }
        },
        pace: { _, _ in !isInterrupted.isSet })
      screen.close()
      print(
        json
          ? "{\"messages\":\(summary.messages),\"until\":\(summary.until.map { "\"\($0)\"" } ?? "null")}"
          : "sent \(summary.messages) messages to \(topic)"
            + (summary.until.map { ", complete up to \($0)" } ?? ""))
      if isInterrupted.isSet {
        throw JobFailure(.interrupted, "interrupted; what was sent stays sent")
      }
    }
  }
}

/// A flag that a signal sets.
final class Interruption: Sendable {
  private let flag = Atomic<Bool>(false)
  func set() { flag.store(true, ordering: .releasing) }
  var isSet: Bool { flag.load(ordering: .acquiring) }
}
