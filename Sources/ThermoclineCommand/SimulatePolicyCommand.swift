import ArgumentParser
import Thermocline
import ThermoclineCore

struct SimulatePolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate-policy",
    abstract: "Says what a policy's alert rules would have fired over an archive.",
    discussion: """
      Runs the engine over the archives and counts the alerts that begin to fire: by rule, by week, by tier, industry and \
      stage. Nothing is published. With --compare a second policy is run and shown beside the first.

      Example: thermocline simulate-policy --input events.ndjson.gz --profiles profiles.csv --policy mine.yaml --compare built-in
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Archives, in the order of time.")
  var input: [String]
  @OptionGroup var format: FormatOptions
  @OptionGroup var model: ModelOptions
  @Option(name: .long, help: "Another policy (YAML), or built-in, to show beside the first.")
  var compare: String?
  @Option(name: .long, help: "Count only what fires from this date or time on.")
  var since: EventTimeArgument?
  @Option(name: .long, help: "Count only rules whose names begin like this, for example drop:.")
  var rule = ""
  @Flag(name: .long, help: "Show every alert.")
  var list = false
  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  func run() throws {
    try Command.run {
      var policies = [try model.readPolicy()]
      if let compare { policies.append(try Inputs.policy(compare == "built-in" ? nil : compare)) }
      var job = SimulationJob(
        inputs: input, profiles: model.profiles, policies: policies,
        settings: model.windowSettings)
      job.format = try format.settings()
      job.futureTolerance = model.futureTolerance
      job.since = since?.time
      job.rule = rule
      var shown = ""
      var screen = ProgressScreen(name: "")
      let report = try job.run { policy, done, total in
        if policy != shown {
          screen.close()
          screen = ProgressScreen(name: policy)
          shown = policy
        }
        screen.show(done: Int(done), total: Int(total))
      }
      screen.close()
      print(json ? report.json : report.text(lists: list))
    }
  }
}
