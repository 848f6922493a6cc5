import Testing

@testable import Thermocline

@Suite("Job configuration, checked")
struct JobConfigurationValidationTests {
  @Test func theDefaultsAreValid() { #expect(JobConfiguration().findings().isEmpty) }

  @Test(arguments: [
    "a:1", "a.example:9092,b.example:9092", "[::1]:9092", "SASL_SSL://a:65535", "10.0.0.1:9092",
  ])
  func addressesAreTaken(_ brokers: String) throws {
    let text = "kafka: {brokers: '\(brokers)'}\n"
    #expect(try JobConfigurationFile.read(text, file: "job.yaml").kafka.brokers == brokers)
  }

  @Test(arguments: [
    (
      "kafka:\n  brokers: localhost\n",
      "job.yaml:2: kafka.brokers: is 'localhost'; allowed: host:port"
    ),
    ("kafka: {brokers: 'a:1,'}\n", "job.yaml:1: kafka.brokers: is 'a:1,'; allowed: host:port"),
    (
      "kafka: {brokers: 'a:1, b:2'}\n",
      "job.yaml:1: kafka.brokers: is 'a:1, b:2'; allowed: host:port"
    ),
    ("kafka: {brokers: 'a:0'}\n", "job.yaml:1: kafka.brokers: is 'a:0'; allowed: host:port"),
    (
      "kafka: {brokers: 'a:65536'}\n", "job.yaml:1: kafka.brokers: is 'a:65536'; allowed: host:port"
    ),
    ("kafka: {brokers: ':9092'}\n", "job.yaml:1: kafka.brokers: is ':9092'; allowed: host:port"),
    ("kafka: {group: null}\n", "job.yaml:1: kafka.group: is empty; allowed: a name"),
    ("input: {topics: [a, b, a]}\n", "job.yaml:1: input.topics: is 'a', and so is input.topics"),
    (
      "input: {topics: [a/b]}\n",
      "job.yaml:1: input.topics: is 'a/b'; allowed: 1 to 249 of the letters"
    ),
    (
      "output: {scores: ..}\n",
      "job.yaml:1: output.scores: is '..'; allowed: 1 to 249 of the letters"
    ),
    ("output: {scores: größe}\n", "job.yaml:1: output.scores: is 'größe'; allowed: 1 to 249"),
    (
      "output: {alerts: health-scores}\n",
      "job.yaml:1: output.alerts: is 'health-scores', and so is output.sc"
    ),
    (
      "output:\n  scores: product-events\n",
      "job.yaml:2: output.scores: is 'product-events', and so is input"
    ),
    (
      "processing: {publish_min_change: 1e300}\n",
      "job.yaml:1: processing.publish_min_change: is out of ra"
    ),
    (
      "processing: {publish_min_change: nan}\n",
      "job.yaml:1: processing.publish_min_change: is 'nan'; allo"
    ),
    (
      "kafak: {}\n", "job.yaml:1: unknown key 'kafak', did you mean 'kafka'?; allowed: kafka, input"
    ),
    ("weather: fine\n", "job.yaml:1: unknown key 'weather'; allowed: kafka, input"),
    ("log:\n  level: info\n  level: error\n", "job.yaml:2: 'level' is there more than once"),
    ("kafka: {}\nlog: {}\nkafka: {}\n", "job.yaml:1: 'kafka' is there more than once"),
    ("kafka:\n\tgroup: a\n", "job.yaml:2: is indented with a tab; allowed: spaces"),
    ("log:\n  level:\tinfo\n  format: [\n", "job.yaml:"),
    (
      "time: {allowed_lateness: 1h30}\n",
      "job.yaml:1: time.allowed_lateness: is '1h30'; allowed: a whole number and one of d h m s ms"
    ),
    (
      "time: {allowed_lateness: 2w}\n",
      "job.yaml:1: time.allowed_lateness: is '2w'; allowed: a whole number and one of d h m s ms"
    ),
    (
      "time: {allowed_lateness: 60}\n",
      "job.yaml:1: time.allowed_lateness: is '60'; allowed: a whole number and one of d h m s ms"
    ),
    (
      "time: {allowed_lateness: 99999999999999999999d}\n",
      "job.yaml:1: time.allowed_lateness: is '99999999999999999999d'; allowed: a whole number"
    ),
    ("processing: {bytes_max: 4GB}\n", "job.yaml:1: processing.bytes_max: is '4GB'; allowed: "),
  ])
  func aMistakeIsRefusedWithItsPlace(_ text: String, _ message: String) {
    let error = #expect(throws: YAMLFileError.self) {
      try JobConfigurationFile.read(text, file: "job.yaml")
    }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test func aLongTopicIsTakenUpToTheBrokersLimit() throws {
    let longest = String(repeating: "x", count: 249)
    let text = "output: {alerts: \(longest)}\n"
    #expect(try JobConfigurationFile.read(text, file: "job.yaml").output.alerts == longest)
    #expect(throws: YAMLFileError.self) {
      try JobConfigurationFile.read("output: {alerts: \(longest)x}\n", file: "job.yaml")
    }
  }

  @Test func aQuotedNullIsAName() throws {
    #expect(try JobConfigurationFile.read("policy: 'null'\n", file: "job.yaml").policy == "null")
    #expect(try JobConfigurationFile.read("policy: null\n", file: "job.yaml").policy == nil)
  }
}
