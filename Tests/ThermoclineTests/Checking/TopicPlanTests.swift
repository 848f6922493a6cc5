import Testing
import ThermoclineKafka

@testable import Thermocline

@Suite struct TopicPlanTests {
  private func topic(_ name: String, replication: Int = 3) throws -> TopicPlan.Topic {
    var configuration = JobConfiguration()
    configuration.profiles.topic = "accounts"
    let plan = TopicPlan(configuration, replication: replication)
    return try #require(plan.topics.first { $0.name == name })
  }

  @Test("what the configuration file says of each topic is what it is made with")
  func settings() throws {
    let compacted = ["health-scores", "health-rollups", "health-usage", "accounts"]
    for name in compacted { #expect(try topic(name).settings["cleanup.policy"] == "compact") }
    for name in ["health-score-changes", "health-alerts", "health-dead-letters", "product-events"] {
      #expect(try topic(name).settings["cleanup.policy"] == "delete")
    }
    for name in ["health-rollups", "health-usage"] {
      #expect(try topic(name).settings["min.compaction.lag.ms"] == "10368000000")
    }
    #expect(try topic("health-scores").settings["min.compaction.lag.ms"] == nil)
    #expect(try topic("product-events").settings["retention.ms"] == "5443200000")
    #expect(try topic("health-scores").settings["min.insync.replicas"] == "2")
    #expect(try topic("health-scores", replication: 1).settings["min.insync.replicas"] == nil)
  }

  @Test func everyTopicOfTheConfigurationIsInThePlan() {
    var configuration = JobConfiguration()
    configuration.inputTopics = ["a", "b"]
    configuration.profiles.topic = "c"
    configuration.overridesTopic = "d"
    configuration.controlsTopic = "e"
    let names = TopicPlan(configuration, replication: 1).topics.map(\.name)
    let output = configuration.output
    #expect(
      Set(names)
        == [
          "a", "b", "c", "d", "e", output.scores, output.changes, output.alerts, output.rollups,
          output.deadLetters, output.usage,
        ])
    #expect(names.count == Set(names).count)
  }

  @Test func differencesAreSaidWithTheirConsequence() throws {
    let scores = try topic("health-scores")
    #expect(TopicPlan.differences(of: scores, from: ["cleanup.policy": "compact,delete"]) == [])
    #expect(TopicPlan.differences(of: scores, from: [:]) == [])
    #expect(
      TopicPlan.differences(of: scores, from: ["cleanup.policy": "delete"])
        == [
          "cleanup.policy is delete, not compact: the newest value of each key would be deleted with time"
        ])
    let usage = try topic("health-usage")
    let lag = ["cleanup.policy": "compact", "min.compaction.lag.ms": "0"]
    #expect(
      TopicPlan.differences(of: usage, from: lag) == [
        "min.compaction.lag.ms is 0, less than 10368000000 (120d): reports lack the days that were compacted away"
      ])
    #expect(TopicPlan.differences(of: scores, from: lag) == [])
    let input = try topic("product-events")
    let week = TopicPlan.differences(
      of: input, from: ["cleanup.policy": "delete", "retention.ms": "604800000"])
    #expect(week.count == 1 && week[0].contains("604800000"))
    #expect(
      TopicPlan.differences(
        of: input,
        from: ["cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"]) == [])
    #expect(
      TopicPlan.differences(of: input, from: ["retention.bytes": "1000"]).count == 1)
  }
}
