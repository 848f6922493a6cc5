import ArgumentParser
import Dispatch
import Thermocline
import ThermoclineKafka

struct BrokerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "broker",
    abstract: "Runs an embedded broker that speaks the Kafka protocol, for trials and tests.",
    discussion: """
      Prints its bootstrap address on the first line and runs until SIGINT or SIGTERM. It keeps everything in \
      memory, at most 5 MiB a partition, and the oldest goes first: not for data that matters.

      Example: thermocline broker --topics product-events --partitions 4
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Topics to create.")
  var topics: [String] = [
    "product-events", "health-scores", "health-score-changes", "health-alerts",
    "health-rollups", "health-dead-letters", "health-usage", "thermocline-checkpoints",
  ]
  @Option(name: .long, help: "Partitions of each topic (1…64).")
  var partitions = 4

  func validate() throws {
    guard (1...64).contains(partitions) else {
      throw ValidationError("--partitions takes a number from 1 to 64")
    }
  }

  func run() throws {
    try Command.run {
      let broker: EmbeddedBroker
      do { broker = try EmbeddedBroker(topics: topics.map { ($0, partitions) }) } catch {
        throw JobFailure(.unavailable, "\(error)")
      }
      StandardOutput.write(broker.bootstrapServers + "\n")
      let end = DispatchSemaphore(value: 0)
      let termination = Termination { _ in end.signal() }
      end.wait()
      withExtendedLifetime((broker, termination)) {}
    }
  }
}
