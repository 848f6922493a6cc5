import Testing

@testable import Thermocline

@Suite("Properties of librdkafka in the job's configuration")
struct KafkaPropertiesTests {
  @Test(arguments: [
    "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
    "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config",
  ])
  func secretsAreNeverShown(_ name: String) {
    var configuration = JobConfiguration()
    configuration.kafka.properties[name] = "hunter2"
    configuration.kafka.properties["client.id"] = "in-the-open"
    var dumped = ""
    dump(configuration.kafka, to: &dumped)
    for text in [
      "\(configuration)", String(reflecting: configuration), "\(configuration.kafka)",
      "\(configuration.kafka.properties)", "\([configuration])", dumped,
    ] {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("in-the-open") && text.contains("\(name) = (hidden)"))
    }
    #expect(configuration.kafka.properties[name] == "hunter2")
  }

  @Test(arguments: [
    "properties: hunter2", "properties: [hunter2]", "properties: {client.id: [hunter2]}",
    "properties: {sasl.password: hunter2, group.id: hunter2}",
  ])
  func aRefusalShowsNoValue(_ text: String) {
    let error = #expect(throws: YAMLFileError.self) {
      try JobConfigurationFile.read("kafka: {\(text)}\n", file: "job.yaml")
    }
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test(arguments: OwnedProperties.instead.keys.sorted())
  func whatTheJobOwnsIsRefused(_ name: String) {
    let text = "kafka:\n  properties:\n    client.id: x\n    \(name): y\n"
    let error = #expect(throws: YAMLFileError.self) {
      try JobConfigurationFile.read(text, file: "job.yaml")
    }
    #expect(
      error?.description.hasPrefix(
        "job.yaml:4: kafka.properties.\(name): is the job's own business; allowed: ") == true)
  }

  @Test func valuesAreTakenAsTheyStand() throws {
    let text =
      "kafka: {properties: {session.timeout.ms: 30000, check.crcs: true, client.id: 'a: b'}}\n"
    let properties = try JobConfigurationFile.read(text, file: "job.yaml").kafka.properties.all
    #expect(properties.map(\.name) == ["check.crcs", "client.id", "session.timeout.ms"])
    #expect(properties.map(\.value) == ["true", "a: b", "30000"])
  }
}
