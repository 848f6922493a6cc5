import ArgumentParser
import Thermocline

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The configuration file and what goes before it: flags, then environment variables.
struct ConfigurationOptions: ParsableArguments {
  @Option(name: .long, help: "Configuration file (YAML); the defaults without one.")
  var config: String?
  @Option(name: .long, help: "Brokers, instead of the file's (or THERMOCLINE_BROKERS).")
  var brokers: String?
  @Option(name: .long, help: "Consumer group, instead of the file's (or THERMOCLINE_GROUP).")
  var group: String?
  @Option(name: .long, help: "Policy file, instead of the file's (or THERMOCLINE_POLICY).")
  var policy: String?
  @Option(name: .long, help: "Profiles table, instead of the file's (or THERMOCLINE_PROFILES).")
  var profiles: String?

  func read() throws -> JobConfiguration {
    var configuration = try Inputs.configuration(config)
    if let value = brokers ?? environment("BROKERS") { configuration.kafka.brokers = value }
    if let value = group ?? environment("GROUP") { configuration.kafka.group = value }
    if let value = policy ?? environment("POLICY") { configuration.policy = value }
    if let value = profiles ?? environment("PROFILES") { configuration.profiles = value }
    return configuration
  }

  private func environment(_ name: String) -> String? {
    // SAFETY: the value is copied at once; nothing in this process writes the environment.
    unsafe getenv("THERMOCLINE_" + name).map { unsafe String(cString: $0) }
  }
}
