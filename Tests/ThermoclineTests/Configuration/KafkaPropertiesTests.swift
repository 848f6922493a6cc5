import Testing
import ThermoclineKafka
import ThermoclineTestKit

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

  @Test(arguments: [
    "metadata.broker.list", "request.required.acks", "max.in.flight.requests.per.connection",
    "auto.commit.enable",
  ])
  func theirOtherNamesAreRefusedToo(_ name: String) {
    #expect(throws: YAMLFileError.self) {
      try JobConfigurationFile.read("kafka: {properties: {\(name): 1}}\n", file: "job.yaml")
    }
  }

  @Test func twoNamesOfOnePropertyAreOne() throws {
    var configuration = try JobConfigurationFile.read(
      "kafka: {properties: {compression.codec: zstd, delivery.timeout.ms: 40000}}\n",
      file: "job.yaml")
    #expect(configuration.kafka.properties["compression.type"] == "zstd")
    #expect(configuration.kafkaSettings["message.timeout.ms"] == "40000")
    try configuration.apply([
      ConfigurationOverride(
        origin: "X", key: "kafka.properties", text: "{compression.type: gzip}")
    ])
    #expect(configuration.kafkaSettings["compression.codec"] == "gzip")
    let output = StreamingJob.outputSettings(try configuration.settings(), id: "a")
    #expect(output["compression.codec"] == "gzip" && output["delivery.timeout.ms"] == "40000")
  }

  @Test func aValueStandsInAFile() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.file("password", lines: ["hunter2 ", "and more"])
    let text = "kafka: {properties: {sasl.password: {file: \(secret)}}}\n"
    let properties = try JobConfigurationFile.read(text, file: "job.yaml").kafka.properties
    #expect(properties["sasl.password"] == "hunter2 " && !"\(properties)".contains("hunter2"))
    let empty = try folder.file("empty", lines: ["", "hunter2"])
    for (value, words) in [
      ("{file: \(empty)}", "empty first line"), ("{file: /no/such/file}", "cannot be read"),
      ("{file: password}", "an absolute path"), ("{}", "names no file"),
      ("{path: /a}", "path"),
    ] {
      let error = #expect(throws: YAMLFileError.self) {
        try JobConfigurationFile.read(
          "kafka: {properties: {sasl.password: \(value)}}\n", file: "job.yaml")
      }
      let said = error?.description ?? ""
      #expect(said.contains(words) && said.contains("sasl.password"), "\(said)")
      #expect(!said.contains("hunter2"))
    }
  }

  @Test func valuesAreTakenAsTheyStand() throws {
    let text =
      "kafka: {properties: {session.timeout.ms: 30000, check.crcs: true, client.id: 'a: b'}}\n"
    let properties = try JobConfigurationFile.read(text, file: "job.yaml").kafka.properties.all
    #expect(properties.map(\.name) == ["check.crcs", "client.id", "session.timeout.ms"])
    #expect(properties.map(\.value) == ["true", "a: b", "30000"])
  }
}
