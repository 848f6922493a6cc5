import ArgumentParser
import Thermocline
import ThermoclineKafka

struct BenchPipelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pipeline",
    abstract:
      "The whole job from Kafka to Kafka, against the same consumer consuming into nothing.",
    discussion: """
      An embedded broker keeps the log, which both read in turn, each time as a new group from the beginning. \
      It keeps 5 MiB a partition as stored: a log that does not fit is refused.

      Examples: thermocline bench pipeline --input events.ndjson --partitions 32
                thermocline bench pipeline --brokers kafka-1:9092 --compare-guarantees
      """)

  @Option(
    name: .long, parsing: .upToNextOption, help: "Archives; the simulated population without.")
  var input: [String] = []
  @OptionGroup var population: PopulationOptions
  @Option(name: .long, help: "Partitions of the topics (1…64).")
  var partitions = 16
  @Option(name: .long, help: "Shards of the job.")
  var shards = 1
  @Option(name: .long, help: "Rounds; the figures are medians.")
  var rounds = 3
  @Option(name: .long, help: "Policy file (YAML); the built-in policy without one.")
  var policy: String?
  @Option(name: .long, help: "at_least_once or exactly_once, as processing.guarantee.")
  var guarantee = DeliveryGuarantee.atLeastOnce
  @Flag(name: .long, help: "The job once more each round with the other guarantee.")
  var compareGuarantees = false
  @Flag(
    name: .long,
    help: "The job once more each round with a log, and metrics asked for ten times a second.")
  var compareWatched = false
  @Option(
    name: .long,
    help: "Brokers to use instead of the embedded one; the topics that are made there stay.")
  var brokers: String?
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func validate() throws {
    guard (1...64).contains(partitions), shards > 0, rounds > 0 else {
      throw ValidationError("partitions 1…64, shards and rounds above 0")
    }
    guard !(compareGuarantees && compareWatched) else {
      throw ValidationError("one comparison at a time")
    }
  }

  func run() throws {
    try Command.run {
      var bench = PipelineBench(
        source: input.isEmpty ? .population(try population.settings()) : .archives(input))
      bench.partitions = partitions
      bench.shards = shards
      bench.rounds = rounds
      bench.guarantee = guarantee
      bench.comparison = compareGuarantees ? .otherGuarantee : compareWatched ? .watched : nil
      bench.brokers = brokers.map { KafkaSettings(bootstrapServers: $0) }
      bench.policy = try Inputs.policy(policy)
      let result = try bench.run { StandardError.write("bench pipeline: \($0)\n") }
      BenchCommand.show(result, json: json)
    }
  }
}
extension DeliveryGuarantee: ExpressibleByArgument {}
