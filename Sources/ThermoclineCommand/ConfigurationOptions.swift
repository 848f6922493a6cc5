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
  @Option(name: .long, help: "Brokers, instead of the file's (or THERMOCLINE_KAFKA_BROKERS).")
  var brokers: String?
  @Option(name: .long, help: "Consumer group, instead of the file's (or THERMOCLINE_KAFKA_GROUP).")
  var group: String?
  @Option(name: .long, help: "Policy file, instead of the file's (or THERMOCLINE_POLICY).")
  var policy: String?
  @Option(
    name: .long, help: "Profiles table, instead of the file's (or THERMOCLINE_PROFILES_FILE).")
  var profiles: String?
  @Option(
    name: .long,
    help: "Where to serve, or none, instead of the file's (or THERMOCLINE_SERVER_LISTEN).")
  var listen: String?

  func read() throws -> JobConfiguration {
    try Self.read(
      config,
      flags: [
        ("--brokers", "kafka.brokers", brokers), ("--group", "kafka.group", group),
        ("--policy", "policy", policy), ("--profiles", "profiles.file", profiles),
        ("--listen", "server.listen", listen),
      ])
  }

  /// The file's values, over them the environment's, over those the flags that were given.
  static func read(
    _ file: String?, flags: [(origin: String, key: String, text: String?)]
  ) throws -> JobConfiguration {
    var configuration = try Inputs.configuration(file)
    let flags = flags.compactMap { origin, key, text in
      text.map { ConfigurationOverride(origin: origin, key: key, text: $0) }
    }
    do {
      try configuration.apply(ConfigurationOverride.all(in: environment) + flags)
    } catch {
      throw JobFailure(.configuration, "\(error)")
    }
    return configuration
  }

  /// A variable of the environment with its name; an empty one is as good as none.
  static func variable(_ name: String) -> (origin: String, text: String?) {
    (name, environment(name).flatMap { $0.isEmpty ? nil : $0 })
  }

  /// A variable of the environment; nil when it is not set.
  static func environment(_ name: String) -> String? {
    // SAFETY: the value is copied at once; nothing in this process writes the environment.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
