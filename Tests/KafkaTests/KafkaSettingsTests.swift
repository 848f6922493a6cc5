import Testing

@testable import ThermoclineKafka

@Suite struct KafkaSettingsTests {
  @Test(arguments: [
    ("no.such.property", "1", "No such configuration property"),
    ("linger.ms", "soon", "Invalid value"),
    ("compression.type", "middle-out", "Invalid value"),
  ])
  func aRefusalNamesTheKey(key: String, value: String, words: String) throws {
    var settings = KafkaSettings(bootstrapServers: "127.0.0.1:1")
    settings[key] = value
    for attempt in [
      { try settings.validate() }, { _ = try KafkaProducer(settings) },
      { _ = try KafkaConsumer(settings, topics: []) },
    ] {
      let error = #expect(throws: KafkaError.self) { try attempt() }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("`\(key)`") == true)
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
  }

  @Test func laterValuesReplaceEarlierOnes() throws {
    var settings: KafkaSettings = ["linger.ms": "1", "client.id": "a", "linger.ms": "2"]
    #expect(settings["linger.ms"] == "2")
    #expect(settings.properties.map(\.key) == ["client.id", "linger.ms"])
    settings["client.id"] = nil
    #expect(settings.properties.map(\.key) == ["linger.ms"])
    try settings.validate()
  }

  @Test func smallRequestsAreNotHeldBackUnlessToldSo() throws {
    var settings = KafkaSettings(bootstrapServers: "127.0.0.1:1")
    #expect(settings.effective["socket.nagle.disable"] == "true")
    #expect(settings.effective["bootstrap.servers"] == "127.0.0.1:1")
    settings["socket.nagle.disable"] = "false"
    #expect(settings.effective["socket.nagle.disable"] == "false")
    #expect(settings.effective.properties.count == 2)
    try settings.validate()
  }

  @Test func propertiesThatDoNotFitTogetherAreRefused() {
    let error = #expect(throws: KafkaError.self) {
      try KafkaProducer(["enable.idempotence": "true", "acks": "0"])
    }
    #expect(error?.message.contains("acks") == true)
  }
}
