import Testing
import ThermoclineCore

@testable import Thermocline

@Suite("Overrides of the job's configuration")
struct ConfigurationOverrideTests {
  private func configuration(
    _ file: String, _ environment: [String: String],
    _ flags: [ConfigurationOverride] = []
  ) throws(YAMLFileError) -> JobConfiguration {
    var configuration = try JobConfigurationFile.read(file, file: "/etc/job.yaml")
    try configuration.apply(ConfigurationOverride.all { environment[$0] } + flags)
    return configuration
  }

  private func configuration(
    _ environment: [String: String], _ flags: [ConfigurationOverride] = []
  ) throws(YAMLFileError) -> JobConfiguration {
    try configuration("{}", environment, flags)
  }

  @Test func aFlagGoesBeforeTheEnvironmentBeforeTheFileBeforeTheDefault() throws {
    let file = "kafka: {group: file}\n"
    let environment = ["THERMOCLINE_KAFKA_GROUP": "environment"]
    let flags = [ConfigurationOverride(origin: "--group", key: "kafka.group", text: "flag")]
    #expect(try configuration([:]).kafka.group == "thermocline")
    #expect(try configuration(file, [:]).kafka.group == "file")
    #expect(try configuration(environment).kafka.group == "environment")
    #expect(try configuration(file, environment).kafka.group == "environment")
    #expect(try configuration(file, environment, flags).kafka.group == "flag")
  }

  /// Every variable is read by the key it is named after: nonsense in it is refused in the key's name.
  @Test(arguments: ConfigurationOverride.keys)
  func everyKeyHasAVariable(_ key: String) {
    let name = ConfigurationOverride.variable(key)
    let error = #expect(throws: YAMLFileError.self) { try configuration([name: "[[]]"]) }
    #expect(error?.description.hasPrefix("\(name): \(key)") == true, "\(error?.description ?? "")")
  }

  /// A file that has every section and key knows no other than these.
  @Test func theKeysAreThoseOfTheFile() {
    for key in ConfigurationOverride.keys {
      let parts = key.split(separator: ".").map(String.init)
      let wrong = parts.count == 1 ? "\(key)x: 1\n" : "\(parts[0]): {\(parts[1])_x: 1}\n"
      let error = #expect(throws: YAMLFileError.self) {
        try JobConfigurationFile.read(wrong, file: "job.yaml")
      }
      let section = parts.count == 1 ? "" : parts[0] + "."
      for name in error?.findings[0].allowed.split(separator: ", ").map(String.init) ?? [] {
        let path = section + name
        #expect(
          ConfigurationOverride.keys.contains { $0 == path || $0.hasPrefix(path + ".") }, "\(path)")
      }
    }
  }

  @Test func variablesAreWrittenAsInTheFile() throws {
    let configuration = try configuration(
      "kafka: {properties: {client.id: file, sasl.username: u}}\npolicy: p.yaml\nprofiles: {file: q.csv}\n",
      [
        "THERMOCLINE_KAFKA_BROKERS": "a:1,b:2", "THERMOCLINE_INPUT_TOPICS": "one,two",
        "THERMOCLINE_TIME_OUT_OF_ORDERNESS": "5s", "THERMOCLINE_OUTPUT_DEAD_LETTERS": "dead",
        "THERMOCLINE_KAFKA_PROPERTIES": "{sasl.password: 'a: b', client.id: environment}",
        "THERMOCLINE_POLICY": "my policy.yaml", "THERMOCLINE_LOG_LEVEL": "",
        "THERMOCLINE_PROFILES_TOPIC": "accounts", "THERMOCLINE_INPUT_DEDUPLICATE": "1d",
        "THERMOCLINE_PROCESSING_SHARDS": "3", "THERMOCLINE_KAFKA_PORT": "tcp://10.0.0.1:9092",
      ])
    #expect(configuration.kafka.brokers == "a:1,b:2")
    #expect(configuration.inputTopics == ["one", "two"])
    #expect(configuration.time.outOfOrderness == .seconds(5))
    #expect(configuration.output.deadLetters == "dead")
    #expect(configuration.policy == "my policy.yaml" && configuration.profiles.file == "/etc/q.csv")
    #expect(configuration.profiles.topic == "accounts")
    #expect(configuration.intake.deduplicate == .days(1))
    #expect(configuration.logLevel == .info && configuration.processing.shards == 3)
    let properties = configuration.kafka.properties.all.map { "\($0.name)=\($0.value)" }
    #expect(properties == ["client.id=environment", "sasl.password=a: b", "sasl.username=u"])
  }

  @Test func aPolicyIsTakenBackByNull() throws {
    #expect(try configuration("policy: p.yaml\n", ["THERMOCLINE_POLICY": "null"]).policy == nil)
  }

  @Test(arguments: [
    ("TIME_IDLE_AFTER", "soon", "time.idle_after: is 'soon'; allowed: a whole number and one of"),
    ("TIME_IDLE_AFTER", "9d", "time.idle_after: is 9d; allowed: 0s to 1d"),
    ("INPUT_TOPICS", "a,,b", "input.topics: is ''; allowed: 1 to 249 of the letters"),
    ("KAFKA_BROKERS", "localhost", "kafka.brokers: is 'localhost'; allowed: host:port"),
    (
      "OUTPUT_ALERTS", "health-scores", "output.alerts: is 'health-scores', and so is output.scores"
    ),
    ("KAFKA_PROPERTIES", "{group.id: x}", "kafka.properties.group.id: is the job's own business"),
  ])
  func aWrongVariableIsRefusedByItsName(_ suffix: String, _ value: String, _ message: String) {
    let name = "THERMOCLINE_\(suffix)"
    let error = #expect(throws: YAMLFileError.self) { try configuration([name: value]) }
    #expect(
      error?.description.hasPrefix("\(name): \(message)") == true, "\(error?.description ?? "")")
  }

  @Test func aFlagOfAnUnknownKeyIsRefusedWithTheNearestOne() {
    let flags = [ConfigurationOverride(origin: "--set", key: "kafka.broker", text: "a:1")]
    let error = #expect(throws: YAMLFileError.self) { try configuration([:], flags) }
    #expect(
      error?.description
        == "--set: kafka: unknown key 'broker', did you mean 'brokers'?; allowed: brokers, group, instance, properties"
    )
  }

  @Test func topicsMayChangePlaces() throws {
    let configuration = try configuration([
      "THERMOCLINE_OUTPUT_SCORES": "health-alerts", "THERMOCLINE_OUTPUT_ALERTS": "health-scores",
    ])
    #expect(configuration.output.scores == "health-alerts")
    #expect(configuration.output.alerts == "health-scores")
  }
}
