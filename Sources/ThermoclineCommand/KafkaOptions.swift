import ArgumentParser
import Thermocline

/// Where the brokers are: from a configuration file, the environment or a flag.
struct KafkaOptions: ParsableArguments {
  @Option(name: .long, help: "Configuration file (YAML), for its brokers, topics and properties.")
  var config: String?
  @Option(name: .long, help: "Brokers, instead of the file's (or THERMOCLINE_KAFKA_BROKERS).")
  var brokers: String?

  func read() throws -> JobConfiguration {
    try ConfigurationOptions.read(config, flags: [("--brokers", "kafka.brokers", brokers)])
  }
}
