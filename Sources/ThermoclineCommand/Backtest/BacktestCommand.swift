import ArgumentParser
import Thermocline
import ThermoclineBacktest
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Holds scores and alerts against the accounts that left, without looking ahead.",
    discussion: """
      Runs the engine over the archives and takes each account's final score at a number of cut-offs. A score at a \
      cut-off knows events strictly before it; it is right when the accounts it ranks low leave in the days after. \
      The labels are a table with the columns account and churned (a date, or nothing for an account that stayed). \
      docs/backtest.md explains every figure.

      Example: thermocline backtest --input events.ndjson.gz --profiles profiles.csv --labels labels.csv --html report.html
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Archives, in the order of time.")
  var input: [String]
  @Option(name: .long, help: "Who left, and when (CSV: account,churned).")
  var labels: String
  @OptionGroup var format: FormatOptions
  @OptionGroup var model: ModelOptions
  @Option(name: .long, help: "Another policy (YAML), or built-in, to show beside the first.")
  var compare: String?
  @OptionGroup var cutOffs: CutOffOptions
  @Option(name: .long, help: "Draws of accounts for the intervals, 0 to 100000.")
  var bootstrap = 1_000
  @Option(name: .long, help: "Seed of the draws and folds.")
  var seed: UInt64 = 1
  @Option(
    name: .long, help: "Propose weights by regularised logistic regression, as a policy file here.")
  var fit: String?
  @Option(name: .long, help: "Also write the report as a page with plots.")
  var html: String?
  @Flag(name: .long, help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    guard (0...100_000).contains(bootstrap) else {
      throw ValidationError("--bootstrap takes 0 to 100000")
    }
    guard model.windowSettings.outOfOrderness < .days(1) else {
      throw ValidationError("--out-of-orderness takes less than a day here")
    }
  }

  func run() throws {
    try Command.run {
      let policy = try model.readPolicy()
      var policies = [policy]
      if let compare { policies.append(try Inputs.policy(compare == "built-in" ? nil : compare)) }
      var job = BacktestJob(
        inputs: input, profiles: model.profiles, labels: labels, policies: policies,
        settings: model.windowSettings)
      job.format = try format.settings()
      job.futureTolerance = model.futureTolerance
      job.plan = cutOffs.plan
      var screen = BacktestProgress()
      let (table, runs) = try job.run { screen.show($0, $1, $2) }
      let study = BacktestStudy(table, runs, bootstrap: bootstrap, seed: seed)
      let report = study.report { screen.show(.judging, Int64($0), Int64($1)) }
      var proposal: WeightProposal?
      if let fit {
        let found = WeightProposal(policy, table, runs[0], bootstrap: bootstrap, seed: seed) {
          screen.show(.fitting, Int64($0), Int64($1))
        }
        let file = found.file(from: policy, data: input + [labels], plan: job.plan)
        try BacktestFiles.write(file, to: fit)
        proposal = found
      }
      screen.close()
      if let html { try BacktestFiles.write(BacktestPage(report).html, to: html) }
      if json {
        print(report.json(proposal))
      } else {
        print(report.text)
        if let proposal, let fit { print("\n" + proposal.text(path: fit)) }
        if let html { print("\npage with plots written to \(html)") }
      }
    }
  }
}
