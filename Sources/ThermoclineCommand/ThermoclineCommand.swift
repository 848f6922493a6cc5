import ArgumentParser
import Thermocline

@main struct ThermoclineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thermocline",
    abstract:
      "Scores customer health from product-behaviour events in Kafka, and says who cools off.",
    discussion: """
      `thermocline SUBCOMMAND --help` shows an example of each. Words and figures go to standard output, what went wrong to \
      standard error.

      Examples: thermocline demo
                thermocline replay --input events.ndjson.gz --output out
                thermocline run --config thermocline.yaml
      """,
    version: BuildInfo.version,
    subcommands: [
      RunCommand.self, CheckCommand.self, TopicsCommand.self, TopCommand.self, DrainCommand.self,
      PolicyCommand.self,
      OverrideCommand.self, AlertsCommand.self, NotifyCommand.self, DashboardCommand.self,
      SimulatePolicyCommand.self,
      DemoCommand.self, BrokerCommand.self, ProduceCommand.self, ReplayCommand.self,
      BacktestCommand.self, ReportCommand.self, InspectCommand.self, DeadLettersCommand.self,
      RepartitionCommand.self, StateCommand.self,
      ResetCommand.self, TransactionsCommand.self, BenchCommand.self,
    ])

  static func main() {
    returnFreedMemory()
    Self.main(nil)
  }
}
