import ArgumentParser
import Thermocline
import ThermoclineKafka

struct TransactionsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows the partitions of the output topics in which a transaction is open.",
    discussion: """
      Joins no group, changes nothing. Who has opened a transaction is not known: librdkafka cannot ask for it.

      Example: thermocline transactions list --config deploy/config/thermocline.yaml

      Exit status: 0, transactions or not; 64 wrong command line; 69 no broker or no such topic; 78 a wrong \
      configuration.
      """)

  @OptionGroup var kafka: KafkaOptions

  func run() throws {
    try Command.run {
      let configuration = try kafka.read()
      let topics = try configuration.settings().outputTopics.all
      print(try OpenTransactions(topics, kafka: configuration.kafkaSettings).text)
    }
  }
}
