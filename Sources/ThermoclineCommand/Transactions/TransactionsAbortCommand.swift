import ArgumentParser
import Thermocline

struct TransactionsAbortCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "abort",
    abstract: "Aborts what an instance left open; an instance that still runs ends.",
    discussion: """
      The transactional id is made of the configuration's group and the instance's name (kafka.instance). The id of a \
      process without a name is not known; its transactions end after their time-out.

      Example: thermocline transactions abort --config deploy/config/thermocline.yaml --instance host-1

      Exit status: 0 nothing is open any more; 64 wrong command line; 69 no broker, or it refuses; 78 a wrong \
      configuration.
      """)

  @OptionGroup var kafka: KafkaOptions
  @Option(name: .long, help: "The instance's name: its kafka.instance.")
  var instance: String

  func run() throws {
    try Command.run {
      let configuration = try kafka.read()
      let id = "\(configuration.kafka.group)-\(instance)"
      try OpenTransactions.abort(id, kafka: configuration.kafkaSettings)
      print("\(id): nothing is open any more")
    }
  }
}
