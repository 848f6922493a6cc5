import ArgumentParser
import Thermocline
import ThermoclineKafka

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates configuration and policy, asks the broker, and prints what would run.",
    discussion: """
      Example: thermocline check --config deploy/config/thermocline.yaml --policy deploy/policy/default.yaml
      """)

  @OptionGroup var options: ConfigurationOptions
  @Flag(name: .long, help: "Leave the broker alone: validate the files only.")
  var offline = false

  func run() throws {
    try Command.run {
      let configuration = try options.read()
      let settings = try configuration.settings()
      print(configuration.description)
      print("")
      print(policyDescription(settings.policy))
      if offline { return print("\nThe files are valid. The broker was not asked.") }
      try StreamingJob.check(settings)
      print("\nThe files are valid, the broker answers and has all topics.")
    }
  }
}
